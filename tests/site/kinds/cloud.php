<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'on Adobe\'s cloud: .magento.app.yaml, and magento-cloud-patches (a stand-in), which applies m2-hotfixes/';
    }

    public function packages(): array
    {
        return ['cloud-patches'];
    }

    public function composerJson(array $json): array
    {
        $json['require']['magento/magento-cloud-patches'] = '1.0.26';

        return $json;
    }

    public function customize(Shop $shop): void
    {
        parent::customize($shop);
        Files::put("$shop->root/.magento.app.yaml", "name: mymagento\ntype: php:8.2\nbuild:\n    flavor: none\n");
    }
};
