<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Pristine\Pristine;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Merge;

/** What the user changed in the installed tool, against the release that it was installed from. */
final class Customizations
{
    /**
     * @param list<array{path: string, kind: string, dist: ?string, unedited: bool}> $items without copies of .dist files that nobody edited
     */
    private function __construct(
        public readonly string $pristine,
        public readonly array $items,
    ) {
    }

    public static function of(Shop $shop, ?string $pristine, Reporter $reporter): self
    {
        $directory = Pristine::directory($shop, $pristine, $reporter);
        try {
            $found = Merge::classify($directory, $shop->path($shop->toolPath()));

            return new self($directory, array_values(array_filter($found, static fn (array $item): bool => !$item['unedited'])));
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PREFLIGHT, 'The customizations cannot be told');
        }
    }

    /** @return array{modified: list<string>, added: list<string>, deleted: list<string>, lost: list<string>} */
    public function toArray(): array
    {
        $lists = ['modified' => [], 'added' => [], 'deleted' => [], 'lost' => []];
        foreach ($this->items as $item) {
            $lists[$item['kind'] === 'added' || $item['kind'] === 'deleted' ? $item['kind'] : 'modified'][] = $item['path'];
        }

        return $lists;
    }
}
