<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Ahead;

use Lockstep\MigrationTool\Composer\ComposerError;
use Lockstep\MigrationTool\Composer\LockedPackages;
use Lockstep\MigrationTool\Composer\Repositories;

/** What Composer found for one composer.json: a lock file, a conflict in its own words, or a reason why it could not look. */
final class Solution
{
    private const PLATFORM = '~requires? (?:php|ext-[\w-]+|lib-[\w-]+)\b|your php version~i';
    private const KILLED = 128;

    private function __construct(
        public readonly bool $found,
        private readonly ?LockedPackages $lock,
        public readonly ?ComposerError $error,
        public readonly bool $killed,
    ) {
    }

    /** @param array{status: int, output: string, errors: string} $result of Composer, which wrote its lock file when it found one */
    public static function of(array $result, string $lock, Repositories $repositories): self
    {
        if ($result['status'] === 0) {
            return new self(true, LockedPackages::read($lock), null, false);
        }

        return new self(false, null, ComposerError::of($result['errors'] . "\n" . $result['output'], $repositories), $result['status'] > self::KILLED);
    }

    /** The packages exclude each other; else Composer could not look at them. */
    public function isConflict(): bool
    {
        return $this->error?->code === 'conflict';
    }

    /** The conflict is about the PHP that runs Composer, at least among others. */
    public function isPlatform(): bool
    {
        return $this->error !== null && preg_match(self::PLATFORM, $this->error->message) === 1;
    }

    /** The repositories do not have the package at all in the version that was asked for. */
    public function lacks(string $package): bool
    {
        $name = preg_quote($package, '~');

        return $this->error !== null && preg_match("~requires $name\\b[^\\n]*(?:but (?:it|these|they) [^\\n]*(?:not match|not loaded)|could not be found|, found $name\\[)|find (?:a matching version of )?package $name\\b~", $this->error->message) === 1;
    }

    /** The version that a package comes to, "" when it is not among the packages. */
    public function version(string $package): string
    {
        return ltrim($this->lock?->version($package) ?? '', 'v');
    }
}
