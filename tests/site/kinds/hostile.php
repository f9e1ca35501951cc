<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;

return new class () extends Kind {
    public function description(): string
    {
        return 'a plugin that attacks the live tree whenever Composer runs in a stage, and a root script that runs bin/magento';
    }

    public function packages(): array
    {
        return ['hostile-plugin'];
    }

    public function composerJson(array $json): array
    {
        $json['require']['lockstep-fixture/hostile-plugin'] = '1.0.0';
        $json['config']['allow-plugins'] = ['lockstep-fixture/hostile-plugin' => true];
        $json['scripts'] = ['post-update-cmd' => ['@php bin/magento cache:flush'], 'post-autoload-dump' => ['@php bin/magento cache:flush']];

        return $json;
    }
};
