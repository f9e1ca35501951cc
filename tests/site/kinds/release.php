<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Awkward;
use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'a release directory (REVISION) of a shop that is built elsewhere, with composer-patches and customizations that are hard to patch';
    }

    public function packagist(): array
    {
        return ['cweagans/composer-patches' => '1.7.3'];
    }

    public function composerJson(array $json): array
    {
        $json['require']['cweagans/composer-patches'] = '1.7.3';
        $json['config']['allow-plugins'] = ['cweagans/composer-patches' => true];

        return $json;
    }

    public function customize(Shop $shop): void
    {
        parent::customize($shop);
        Awkward::apply($shop->tool());
        Files::put("$shop->root/REVISION", "8f1c2d3\n");
    }
};
