<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Ahead;

use Lockstep\MigrationTool\Composer\ComposerError;
use Lockstep\MigrationTool\Composer\LockedPackages;
use Lockstep\MigrationTool\Composer\Repositories;
use Lockstep\MigrationTool\Secrets;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;

/** What Composer found for one composer.json: a lock file, a conflict in its own words, or a reason why it could not look. */
final class Solution
{
    private const UNSOLVABLE = 'Your requirements could not be resolved to an installable set of packages';
    private const PROBLEM = '~^[ \t]*Problem \d+$~m';
    private const PLATFORM = '~requires? (?:php|ext-[\w-]+|lib-[\w-]+)\b|your php version~i';
    private const LINES = 40;
    private const KILLED = 128;

    /** @param string $said all that Composer said, "" when it found one */
    private function __construct(
        public readonly bool $found,
        private readonly ?LockedPackages $lock,
        private readonly string $said,
        private readonly Repositories $repositories,
        public readonly bool $killed,
    ) {
    }

    /** @param array{status: int, output: string, errors: string} $result of Composer, which wrote its lock file when it found one */
    public static function of(array $result, string $lock, Repositories $repositories): self
    {
        if ($result['status'] === 0) {
            return new self(true, LockedPackages::read($lock), '', $repositories, false);
        }

        return new self(false, null, $result['errors'] . "\n" . $result['output'], $repositories, $result['status'] > self::KILLED);
    }

    /** The packages exclude each other; else Composer could not look at them. */
    public function isConflict(): bool
    {
        return str_contains($this->said, self::UNSOLVABLE);
    }

    /** The conflict is about the PHP that runs Composer, at least among others. */
    public function isPlatform(): bool
    {
        return preg_match(self::PLATFORM, $this->said) === 1;
    }

    /** The repositories do not have the package at all in the version that was asked for. */
    public function lacks(string $package): bool
    {
        $name = preg_quote($package, '~');

        return preg_match("~Root composer\\.json requires $name\\b[^\\n]*(?:could not be found|does not match the constraint)~", $this->said) === 1;
    }

    /** Why Composer could not look. */
    public function error(): ComposerError
    {
        return ComposerError::of($this->said, $this->repositories);
    }

    /** The problems of a conflict, as Composer words them: those about the tool first, and no more than a person reads. */
    public function words(): string
    {
        $problems = preg_split(self::PROBLEM, Secrets::maskAddresses($this->said)) ?: [];
        array_shift($problems);
        $problems = array_map(static fn (string $problem): string => rtrim(explode("\n\n", $problem)[0]), $problems);
        $own = array_filter($problems, static fn (string $problem): bool => str_contains($problem, Shop::TOOL));
        $lines = array_filter(explode("\n", implode("\n", [...$own, ...array_diff_key($problems, $own)])), static fn (string $line): bool => trim($line) !== '');
        $more = count($lines) - self::LINES;

        return trim(implode("\n", array_map(static fn (string $line): string => Terminal::safe(trim($line)), array_slice($lines, 0, self::LINES))) . ($more > 0 ? sprintf("\n… and %d more lines", $more) : ''));
    }

    /** The version that a package comes to, "" when it is not among the packages. */
    public function version(string $package): string
    {
        return ltrim($this->lock?->version($package) ?? '', 'v');
    }
}
