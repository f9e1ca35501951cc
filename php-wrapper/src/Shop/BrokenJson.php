<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Shop;

/** Why a JSON file of Composer's cannot be read, and what to do: what is met most often. */
final class BrokenJson
{
    private function __construct(
        public readonly string $message,
        public readonly string $fix,
    ) {
    }

    /** Null when the file is missing or is none of these cases. */
    public static function of(string $file): ?self
    {
        $text = is_file($file) && is_readable($file) ? (string) file_get_contents($file) : null;
        $name = basename($file);

        return match (true) {
            $text === null => null,
            trim($text) === '' => new self(sprintf('"%s" is empty.', $file), sprintf('Put it back from version control ("git checkout -- %s") or from a backup.', $name)),
            preg_match('/^(?:<{7}|>{7}) /m', $text) === 1 => new self(
                sprintf('"%s" holds the markers of a merge conflict.', $file),
                $name === 'composer.lock'
                    ? 'Resolve it: "git checkout --ours composer.lock" (or --theirs) takes one side whole, then require anew with Composer what the other side had changed.'
                    : 'Resolve it, then bring composer.lock up to date.',
            ),
            default => null,
        };
    }
}
