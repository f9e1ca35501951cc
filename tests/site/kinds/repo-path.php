<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\LocalTool;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'the tool from a path repository that Composer copies, a module from one that it links; both inside the shop, relative';
    }

    public function composerJson(array $json): array
    {
        $json['require']['lockstep-fixture/helper'] = '^1.0';
        $json['repositories']['modules'] = ['type' => 'path', 'url' => 'packages/*', 'options' => ['symlink' => true]];

        return LocalTool::from($json, 'tools', ['type' => 'path', 'url' => './tools/*', 'options' => ['symlink' => false]]);
    }

    public function prepare(Shop $shop): void
    {
        LocalTool::directories("$shop->root/tools");
        Files::copy(dirname(__DIR__) . '/packages/helper', "$shop->root/packages/helper");
    }
};
