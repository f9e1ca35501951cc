<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'as default, in production mode with DI compiled from the installed tool';
    }

    public function customize(Shop $shop): void
    {
        parent::customize($shop);
        $env = "$shop->root/app/etc/env.php";
        Files::put($env, str_replace("'developer'", "'production'", (string) file_get_contents($env)));
        foreach (['generated/metadata/global.php', 'generated/metadata/adminhtml.php', 'generated/code/Migration/Config/Proxy.php'] as $file) {
            Files::put("$shop->root/$file", "<?php return [];\n");
            touch("$shop->root/$file", time() - 3600);
        }
    }
};
