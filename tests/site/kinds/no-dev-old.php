<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'as no-dev, with an installed.json that does not say so, as early Composers left it';
    }

    public function installOptions(): array
    {
        return ['--no-dev'];
    }

    public function customize(Shop $shop): void
    {
        $file = "$shop->root/vendor/composer/installed.json";
        $json = json_decode(Files::get($file), true, 64, JSON_THROW_ON_ERROR);
        unset($json['dev'], $json['dev-package-names']);
        Files::put($file, Files::json($json));
        parent::customize($shop);
    }
};
