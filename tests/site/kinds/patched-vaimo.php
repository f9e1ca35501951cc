<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Patched;

return new class () extends Patched {
    public function description(): string
    {
        return 'the tool and another package patched by a fake plugin that behaves as vaimo/composer-patches';
    }

    protected function plugin(): string
    {
        return 'lockstep-fixture/patches-plugin';
    }

    public function packages(): array
    {
        return ['patches-plugin'];
    }

    public function composerJson(array $json): array
    {
        $json['require'][$this->plugin()] = '1.0.0';

        return parent::composerJson($json);
    }
};
