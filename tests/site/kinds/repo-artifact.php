<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\LocalTool;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'the tool from a directory of zips inside the shop (artifact repository, relative)';
    }

    public function composerJson(array $json): array
    {
        return LocalTool::from($json, 'zips', ['type' => 'artifact', 'url' => 'artifacts']);
    }

    public function prepare(Shop $shop): void
    {
        LocalTool::zips("$shop->root/artifacts");
    }
};
