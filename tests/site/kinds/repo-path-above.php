<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'a module as a link to ../lockstep-packages beside the shop (made there), as in a monorepo';
    }

    public function composerJson(array $json): array
    {
        $json['require']['lockstep-fixture/helper'] = '1.0.0';
        $json['repositories']['modules'] = ['type' => 'path', 'url' => '../lockstep-packages/*'];

        return $json;
    }

    public function prepare(Shop $shop): void
    {
        Files::copy(dirname(__DIR__) . '/packages/helper', dirname($shop->root) . '/lockstep-packages/helper');
    }
};
