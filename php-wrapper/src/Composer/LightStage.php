<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Shop\StatePlace;
use Lockstep\Tree;

/** A nearly empty project for a question to Composer: the shop's repositories and credentials, none of its packages. */
final class LightStage
{
    private function __construct(
        private readonly Shop $shop,
        public readonly ComposerStage $stage,
    ) {
    }

    /** In the state directory; for a user who does not own the shop, in the system's temporary directory. */
    public static function make(Shop $shop): self
    {
        $base = StatePlace::isOwn($shop) ? $shop->state('query') : OwnDirectory::make();
        $top = $base . '/' . Identifier::make();
        Tree::privateDirectory($top . '/tmp');
        $self = new self($shop, new ComposerStage($top, $top, $top . '/tmp'));
        if (is_file($shop->path('auth.json'))) {
            symlink($shop->path('auth.json'), $top . '/auth.json'); // a link: no secret stays behind after a kill
        }

        return $self;
    }

    /** @param array<mixed> $json */
    public function write(string $path, array $json): void
    {
        $directory = dirname($this->stage->project . '/' . $path);
        if (!is_dir($directory)) {
            Tree::privateDirectory($directory);
        }
        file_put_contents($this->stage->project . '/' . $path, json_encode($json, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR));
    }

    public function path(string $relative): string
    {
        return $this->stage->project . '/' . $relative;
    }

    public function remove(): void
    {
        Tree::remove($this->stage->top);
        if (!str_starts_with($this->stage->top, $this->shop->root . '/')) {
            @rmdir(dirname($this->stage->top));
        }
    }
}
