<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Undo;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Composer\Program;
use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Baseline;
use Lockstep\MigrationTool\Upgrade\Health;
use Lockstep\Tree;

/** Does what worked before an undo of a restore work after it? Media alone break nothing and are not asked about. */
final class Confirmation
{
    private const MEDIA = 'pub/media/';

    private ?Health $before = null;

    private function __construct(private readonly Shop $shop, private readonly string $temporary)
    {
    }

    /** @param list<string> $items that are about to be swapped */
    public static function before(Shop $shop, array $items): self
    {
        $confirmation = new self($shop, $shop->state('stage/' . Identifier::make()));
        if (array_filter($items, static fn (string $item): bool => !str_starts_with($item . '/', self::MEDIA)) !== []) {
            Tree::privateDirectory($confirmation->temporary);
            $confirmation->before = $confirmation->health();
        }

        return $confirmation;
    }

    /** What works no more, as a sentence; null when all does. */
    public function lost(): ?string
    {
        try {
            return $this->before === null ? null : $this->health()->lostSince($this->before);
        } catch (CoreException $e) {
            return 'it could not be tried: ' . $e->getMessage();
        }
    }

    public function end(): void
    {
        Tree::remove($this->temporary);
    }

    /** Without the tool there are no migrate:* commands, neither before nor after. */
    private function health(): Health
    {
        $health = Baseline::start($this->shop, Program::php(), $this->temporary)->wait();
        $hasTool = is_dir($this->shop->path($this->shop->toolPath()));

        return $hasTool ? $health : new Health($health->autoload, $health->magento, $this->before->migrate ?? false, $health->autoloadError, $health->magentoError);
    }
}
