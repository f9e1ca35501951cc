<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;

return new class () extends Kind {
    public function description(): string
    {
        return 'root scripts that run bin/magento whenever Composer is done';
    }

    public function composerJson(array $json): array
    {
        $json['scripts'] = ['post-update-cmd' => ['@php bin/magento cache:flush'], 'post-autoload-dump' => ['@php bin/magento cache:flush']];

        return $json;
    }
};
