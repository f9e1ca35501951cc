<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Noise;
use Lockstep\MigrationTool\Pristine\Pristine;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Merge;

/** What the user changed in the installed tool, against the release that it was installed from. */
final class Customizations
{
    /**
     * @param list<array{path: string, kind: string, dist: ?string, unedited: bool, noise: ?string, was: ?string, is: ?string}> $items without what differs in form alone, or is left out
     * @param list<array{path: string, kind: string, dist: ?string, unedited: bool, noise: ?string, was: ?string, is: ?string}> $all   with that
     */
    private function __construct(
        public readonly string $pristine,
        public readonly array $items,
        public readonly array $all,
    ) {
    }

    public static function of(Shop $shop, ?string $pristine, Reporter $reporter): self
    {
        $directory = Pristine::directory($shop, $pristine, $reporter);
        try {
            return self::found($directory, Merge::classify($directory, $shop->path($shop->toolPath())));
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PREFLIGHT, 'The customizations cannot be told');
        }
    }

    /** @param list<array{path: string, kind: string, dist: ?string, unedited: bool, noise: ?string, was: ?string, is: ?string}> $all as Merge::classify tells them */
    public static function found(string $pristine, array $all): self
    {
        return new self($pristine, array_values(array_filter($all, static fn (array $item): bool => $item['noise'] === null)), $all);
    }

    /** @return array<array-key, ?string> path => in which form alone it differs; null: it is an edit */
    public function kinds(): array
    {
        return array_column($this->all, 'noise', 'path');
    }

    /** @return array{modified: list<string>, added: list<string>, deleted: list<string>, lost: list<string>, noise: array<string, list<string>>} */
    public function toArray(): array
    {
        $lists = ['modified' => [], 'added' => [], 'deleted' => [], 'lost' => [], 'noise' => Noise::of($this->all)];
        foreach ($this->items as $item) {
            $lists[$item['kind'] === 'added' || $item['kind'] === 'deleted' ? $item['kind'] : 'modified'][] = $item['path'];
        }

        return $lists;
    }
}
