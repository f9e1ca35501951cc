<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Composer;
use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;
use Lockstep\Tests\Site\Tool;

return new class () extends Kind {
    public function description(): string
    {
        return 'the tool required by a range, ^2.4, and installed as its lock file has it, 2.4.5';
    }

    public function customize(Shop $shop): void
    {
        Files::edit("$shop->root/composer.json", '"' . Tool::NAME . '": "2.4.5"', '"' . Tool::NAME . '": "^2.4"');
        (new Composer())->run($shop->root, ['update', '--lock', '--no-install']);
        parent::customize($shop);
    }
};
