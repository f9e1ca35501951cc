<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'composer.lock and installed.json in the format of Composer 1, as a shop has them that Composer 2 never touched';
    }

    public function customize(Shop $shop): void
    {
        parent::customize($shop);
        $lock = json_decode(Files::get("$shop->root/composer.lock"), false, 64, JSON_THROW_ON_ERROR);
        $lock->{'plugin-api-version'} = '1.1.0';
        Files::put("$shop->root/composer.lock", json_encode($lock, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR) . "\n");
        $installed = json_decode(Files::get("$shop->root/vendor/composer/installed.json"), false, 64, JSON_THROW_ON_ERROR);
        foreach ($installed->packages as $package) {
            unset($package->{'install-path'});
        }
        Files::put("$shop->root/vendor/composer/installed.json", Files::json($installed->packages));
        foreach (['installed.php', 'InstalledVersions.php'] as $file) {
            unlink("$shop->root/vendor/composer/$file");
        }
    }
};
