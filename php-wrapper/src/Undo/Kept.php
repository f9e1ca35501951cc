<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Undo;

use Lockstep\Commit;
use Lockstep\CoreException;
use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Shop\Shop;

/** One closed commit that is kept: what it was, by the label in its journal, and where its undo copy lies. */
final class Kept
{
    public const UPGRADE = 'upgrade';
    public const UNDO = 'undo';
    public const RESTORE = 'restore';

    /**
     * @param string $id   name of the undo copy: the run that made its stage
     * @param string $what one of the constants
     * @param string $run  the run whose commit this was, which is $id but for an undo
     * @param string $time when it was committed, RFC 3339 in UTC
     * @param array<mixed> $label as it stands in the journal
     */
    private function __construct(
        public readonly string $id,
        public readonly string $what,
        public readonly string $run,
        public readonly string $from,
        public readonly string $to,
        public readonly string $time,
        public readonly bool $undone,
        private readonly array $label,
    ) {
    }

    /** Null when there is no such journal, or it is not one of ours. */
    public static function of(Shop $shop, string $id): ?self
    {
        try {
            $label = json_decode((string) Commit::pending($shop->root, Shop::STATE . '/undo/' . $id)['label'], true);
        } catch (CoreException) {
            return null;
        }
        $label = is_array($label) ? $label : [];
        foreach ([self::UPGRADE, self::UNDO, self::RESTORE] as $what) {
            if (isset($label[$what])) {
                $run = $what === self::RESTORE ? $id : self::text($label[$what]);

                return !Identifier::matches($run) ? null : new self($id, $what, $run, self::text($label['from'] ?? null), self::text($label['to'] ?? null), self::text($label['time'] ?? null), ($label['undone'] ?? false) === true, $label);
            }
        }

        return null;
    }

    /** The upgrade and its undo are two ways over the same copy. */
    public function isOfUpgrade(): bool
    {
        return $this->what !== self::RESTORE;
    }

    /** Relative to the state directory, as Commit wants it. */
    public function journal(): string
    {
        return 'undo/' . $this->id . '/journal';
    }

    /** The label of the commit that takes this one back. */
    public function label(string $run): string
    {
        if ($this->what === self::RESTORE) {
            return json_encode(['undone' => !$this->undone, 'time' => gmdate('Y-m-d\TH:i:s\Z')] + $this->label, JSON_THROW_ON_ERROR);
        }

        return json_encode([self::UNDO => $run, 'of' => $this->run, 'from' => $this->to, 'to' => $this->from, 'time' => gmdate('Y-m-d\TH:i:s\Z'), 'undone' => !$this->undone], JSON_THROW_ON_ERROR);
    }

    /** @return array{id: string, what: string, from: string, to: string, time: string} */
    public function toArray(): array
    {
        return ['id' => $this->run, 'what' => $this->what, 'from' => $this->from, 'to' => $this->to, 'time' => $this->time];
    }

    private static function text(mixed $value): string
    {
        return is_string($value) ? $value : '';
    }
}
