<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\LocalTool;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'the tool as a link to a path repository: refused, with the way out';
    }

    public function composerJson(array $json): array
    {
        return LocalTool::from($json, 'tools', ['type' => 'path', 'url' => 'tools/*', 'options' => ['symlink' => true]]);
    }

    public function prepare(Shop $shop): void
    {
        LocalTool::directories("$shop->root/tools");
    }

    public function customize(Shop $shop): void
    {
    }
};
