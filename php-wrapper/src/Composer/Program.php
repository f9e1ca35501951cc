<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Process;

/** Composer as it is found on this machine: which PHP runs it, where it is, how it is started behind the write fence. */
final class Program
{
    /** Seconds after which a Composer that hangs is ended. */
    private const TIMEOUT = 1800;
    private const TIMED_OUT = 124;
    private const PLACES = ['/usr/local/bin/composer', '/usr/bin/composer', '/usr/local/bin/composer.phar', '/opt/composer/composer'];

    private ?string $version = null;

    private function __construct(
        public readonly string $php,
        public readonly string $path,
        private readonly Shop $shop,
        private readonly Environment $environment,
    ) {
    }

    public static function find(Shop $shop, ?string $php = null, ?string $composer = null): self
    {
        return new self(self::php($php), self::locate($shop, $composer), $shop, Environment::of($shop));
    }

    /** The PHP for the programs that are started: the one given, else the one that runs this. */
    public static function php(?string $given = null): string
    {
        // PHP_BINARY is empty where PATH is, as for some services
        $php = $given ?? (PHP_SAPI === 'cli' ? (string) readlink('/proc/self/exe') : PHP_BINDIR . '/php');
        $real = realpath($php);
        if ($real === false || !is_file($real) || !is_executable($real)) {
            throw Failure::preflight('php-missing', sprintf('There is no PHP program at "%s".', $php), 'Give the PHP of the command line with --php=PATH.');
        }

        return $real;
    }

    private static function locate(Shop $shop, ?string $given): string
    {
        $searched = array_filter(explode(':', (string) getenv('PATH')), static fn (string $directory): bool => str_starts_with($directory, '/'));
        $places = [...array_map(static fn (string $directory): string => $directory . '/composer', $searched), ...self::PLACES, $shop->path('composer.phar'), $shop->path($shop->vendor . '/bin/composer')];
        foreach ($given !== null ? [$given] : $places as $place) {
            $real = realpath($place);
            if ($real !== false && is_file($real) && is_readable($real)) {
                return $real;
            }
        }
        throw Failure::preflight(
            'composer-missing',
            $given !== null ? sprintf('There is no Composer at "%s".', $given) : 'Composer was not found.',
            'Install Composer 2 (https://getcomposer.org/download/), or give its path with --composer=PATH.',
        );
    }

    public function environment(): Environment
    {
        return $this->environment;
    }

    /**
     * Runs Composer in a staged project; a failure to start is exit code 6, a failing Composer is an answer.
     *
     * @param list<string> $arguments
     * @return array{status: int, output: string, errors: string, seconds: float}
     */
    public function run(ComposerStage $stage, array $arguments, ?Reporter $reporter = null, int $timeout = self::TIMEOUT): array
    {
        try {
            $output = $reporter === null ? null : static function (string $chunk, bool $isError) use ($reporter): void {
                $reporter->detail($chunk);
            };

            $result = Process::run($this->command($arguments), $this->variables($stage), $stage->project, $this->writable($stage), '', $output, $timeout);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::COMPOSER, 'Composer could not be started');
        }
        if ($result['status'] === self::TIMED_OUT) {
            throw new Failure(ExitCode::COMPOSER, 'timeout', sprintf('Composer ("%s") did not end within %d s and was stopped.', $arguments[0] ?? '', $timeout), 'Does a repository in composer.json accept connections and not answer? -v shows what Composer says.');
        }

        return $result;
    }

    /** @param list<string> $arguments */
    public function start(ComposerStage $stage, array $arguments): Process
    {
        try {
            return Process::start($this->command($arguments), $this->variables($stage), $stage->project, $this->writable($stage));
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::COMPOSER, 'Composer could not be started');
        }
    }

    /**
     * "2.5.5"; asked once for each Composer, as starting it costs a fifth of a second.
     */
    public function version(ComposerStage $stage): string
    {
        if ($this->version !== null) {
            return $this->version;
        }
        $stat = stat($this->path);
        $identity = $this->path . ':' . (is_array($stat) ? $stat['size'] . ':' . $stat['mtime'] . ':' . $stat['ino'] : '');
        $cache = new Cache($this->shop, 'composer-version.json');
        $known = $cache->get($identity);
        if (is_string($known)) {
            return $this->version = $known;
        }
        $result = $this->run($stage, ['--version', '--no-plugins', '--no-ansi'], null, 60);
        if ($result['status'] !== 0 || preg_match('/Composer(?: version)? (\d+\.\d+\.\d+)/', $result['output'], $match) !== 1) {
            throw Failure::preflight('composer-broken', sprintf('"%s" is not a Composer that runs with %s: %s', $this->path, $this->php, trim($result['errors'] . $result['output'])), 'Give another one with --composer=PATH, or its PHP with --php=PATH.');
        }
        $cache->put($identity, $match[1]);

        return $this->version = $match[1];
    }

    /**
     * @param list<string> $arguments
     * @return list<string>
     */
    private function command(array $arguments): array
    {
        return [$this->php, '-d', 'memory_limit=-1', '-d', 'display_errors=stderr', '-d', 'phar.readonly=1', $this->path, ...$arguments];
    }

    /** @return array<string, string> */
    private function variables(ComposerStage $stage): array
    {
        $variables = $this->environment->composer($stage->project, $stage->temporary, $this->php, $stage->binDirectory);
        $auth = InlineCredentials::added($this->shop, $variables['COMPOSER_AUTH'] ?? '');

        return ['COMPOSER_HOME' => Home::forLocking($this->environment->composerHome(), $stage->temporary)] + ($auth === null ? [] : ['COMPOSER_AUTH' => $auth]) + $variables;
    }

    /** @return ?list<string> what Composer may write to; null on a kernel without the fence */
    private function writable(ComposerStage $stage): ?array
    {
        return Process::fence() === 'none' ? null : self::existing([$stage->top, $stage->temporary, $this->environment->composerHome(), $this->environment->cache()]);
    }

    /**
     * @param list<string> $directories
     * @return list<string>
     */
    private static function existing(array $directories): array
    {
        $existing = [];
        foreach ($directories as $directory) {
            if (is_dir($directory) || @mkdir($directory, 0700, true)) {
                $existing[] = $directory;
            }
        }

        return $existing;
    }
}
