<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Patched;

return new class () extends Patched {
    public function description(): string
    {
        return 'the tool and another package patched by cweagans/composer-patches';
    }

    protected function plugin(): string
    {
        return 'cweagans/composer-patches';
    }

    public function packagist(): array
    {
        return [$this->plugin() => '^1.7'];
    }

    public function composerJson(array $json): array
    {
        $json['require'][$this->plugin()] = '^1.7';

        return parent::composerJson($json);
    }
};
