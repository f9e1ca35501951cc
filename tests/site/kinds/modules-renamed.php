<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    private const RENAMED = ['opensource-to-opensource' => 'community-to-community', 'opensource-to-commerce' => 'community-to-enterprise'];

    public function description(): string
    {
        return 'as modules, and the next release calls the directories of its editions otherwise';
    }

    public function packages(): array
    {
        return self::modules()->packages();
    }

    public function composerJson(array $json): array
    {
        return self::modules()->composerJson($json);
    }

    public function release(array $files, string $version): array
    {
        $released = [];
        foreach ($files as $path => $contents) {
            $isNew = version_compare($version, '2.4.6', '>=');
            $released[$isNew ? strtr($path, self::RENAMED) : $path] = $isNew && str_ends_with($path, '.dist') ? strtr($contents, self::RENAMED) : $contents;
        }

        return $released;
    }

    public function customize(Shop $shop): void
    {
        self::modules()->customize($shop);
    }

    private static function modules(): Kind
    {
        return require __DIR__ . '/modules.php';
    }
};
