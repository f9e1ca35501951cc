<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Composer;
use Lockstep\Tests\Site\GitTool;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'the tool installed from a branch, dev-' . GitTool::BRANCH;
    }

    public function customize(Shop $shop): void
    {
        (new GitTool($shop, new Composer()))->installBranch();
        parent::customize($shop);
    }
};
