<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Composer;
use Lockstep\Tests\Site\Customizations;
use Lockstep\Tests\Site\GitTool;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'the tool installed from source, a git checkout in vendor, with local commits and edits';
    }

    public function customize(Shop $shop): void
    {
        (new GitTool($shop, new Composer()))->installRelease();
        parent::customize($shop);
        GitTool::commit($shop->tool(), 'Acme');
        (new Customizations($shop->tool()))->edit('src/Migration/Handler/Convert.php', '<?php', "<?php\n\n// edited by Acme, not committed");
    }
};
