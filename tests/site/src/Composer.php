<?php

declare(strict_types=1);

namespace Lockstep\Tests\Site;

/** Runs Composer; its output is shown only when it fails. */
final class Composer
{
    /** @param list<string> $arguments */
    public function run(string $directory, array $arguments): void
    {
        $environment = array_filter(getenv(), static fn (string $name): bool => !str_starts_with($name, 'COMPOSER_') && $name !== 'COMPOSER', ARRAY_FILTER_USE_KEY);
        $environment += array_intersect_key(getenv(), ['COMPOSER_HOME' => 1, 'COMPOSER_CACHE_DIR' => 1]);
        $environment['COMPOSER_ALLOW_SUPERUSER'] = '1'; // else Composer turns plugins off for root
        $command = ['composer', ...$arguments, '--no-interaction', '--no-progress', '--no-audit'];
        $output = tmpfile();
        $process = proc_open($command, [['file', '/dev/null', 'r'], $output, $output], $pipes, $directory, $environment);
        $status = is_resource($process) ? proc_close($process) : -1;
        if ($status !== 0) {
            rewind($output);
            throw new \RuntimeException(sprintf("%s ended with status %d in %s:\n%s", implode(' ', $command), $status, $directory, stream_get_contents($output)));
        }
    }
}
