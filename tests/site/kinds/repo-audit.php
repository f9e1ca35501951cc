<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;

return new class () extends Kind {
    public function description(): string
    {
        return 'a plugin that asks every repository for each package, as Magento\'s composer-dependency-version-audit-plugin does';
    }

    public function packages(): array
    {
        return ['audit-plugin'];
    }

    public function composerJson(array $json): array
    {
        $json['require']['magento/composer-dependency-version-audit-plugin'] = '0.1.5';
        $json['config']['allow-plugins'] = ['magento/*' => true];

        return $json;
    }
};
