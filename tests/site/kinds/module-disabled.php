<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'as default, but the tool\'s module was never enabled, and classes were generated from the tool';
    }

    public function customize(Shop $shop): void
    {
        parent::customize($shop);
        $config = "$shop->root/app/etc/config.php";
        Files::put($config, str_replace("        'Magento_DataMigrationTool' => 1,\n", '', (string) file_get_contents($config)));
        Files::put("$shop->root/generated/code/Migration/Config/Proxy.php", "<?php\n");
        touch("$shop->root/generated/code/Migration", time() - 3600);
    }
};
