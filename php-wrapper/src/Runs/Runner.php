<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Runs;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Secrets;
use Symfony\Component\Process\PhpExecutableFinder;
use Symfony\Component\Process\Process as Child;

/**
 * Runs vendor/bin/lockstep in a process of its own, with a time limit, and leaves a record and a line in the log.
 *
 * A process of its own, because an upgrade exchanges the very code that the caller runs. Nothing is tried again.
 */
final class Runner
{
    public const LOG = 'var/log/lockstep.log';
    /**
     * @param string $root    the Magento root
     * @param string $program vendor/bin/lockstep
     * @param ?string $php    the command line's PHP, with the extension; null: looked for, as cron may be run by a web server
     * @param float  $grace   seconds that an ended child gets to put everything back before it is killed
     */
    public function __construct(
        private readonly string $root,
        private readonly string $program,
        private readonly ?string $php = null,
        private readonly float $grace = 60.0,
    ) {
    }

    /**
     * Records that a run has begun. As another user than the owner of the files nothing is written, for what this user
     * makes the owner could not change later: then it has ended already, refused.
     *
     * @param string       $trigger "schedule", or who asked for it
     * @param list<string> $command of vendor/bin/lockstep, without --format and -n
     * @param int          $limit   seconds
     */
    public function begin(string $job, string $trigger, array $command, int $limit): Run
    {
        $run = Run::begin($job, $trigger, $command, $limit);
        $stranger = $this->wrongUser();
        if ($stranger !== null) {
            return $run->end(ExitCode::PREFLIGHT, $stranger, null);
        }
        (new RunStore($this->root))->save($run);

        return $run;
    }

    /**
     * Does it, and records how it ended; one that has ended already stays as it is.
     *
     * @param array<string, string> $environment beside the caller's
     */
    public function finish(Run $run, array $environment = []): Run
    {
        if ($run->ended !== null) {
            return $run;
        }
        $run = $this->child($run, $environment);
        (new RunStore($this->root))->save($run);
        $this->log($run);

        return $run;
    }

    /**
     * What a command that changes nothing tells, without a record.
     *
     * @param list<string> $command
     */
    public function ask(array $command, int $limit): Run
    {
        return $this->child(Run::begin('', '', $command, $limit), []);
    }

    /** @param array<string, string> $environment */
    private function child(Run $run, array $environment): Run
    {
        try {
            $child = new Child([$this->php ?? ((new PhpExecutableFinder())->find(false) ?: 'php'), $this->program, ...$run->command, '--format=json', '-n', '--root-dir=' . $this->root], $this->root, $environment, null, null);
            $child->start();
            $isLate = !self::endsWithin($child, $run->limit);
            if ($isLate) {
                $child->signal(15);
                if (!self::endsWithin($child, $this->grace)) {
                    $child->stop(0);

                    return $run->end(null, sprintf('Killed: it did not end within %d seconds after its time limit of %d minutes. The next run recovers.', (int) $this->grace, intdiv($run->limit, 60)), null);
                }
            }
        } catch (\Throwable $e) { // no process could be had, or no pipe, or an argument that none takes
            return $run->end(ExitCode::UNEXPECTED, self::clean(sprintf('"%s" could not be run: %s', $this->program, $e->getMessage())), null);
        }
        $document = self::document($child);
        $code = $child->hasBeenSignaled() && !$isLate ? null : $child->getExitCode();

        return $run->end($code, $isLate ? sprintf('Ended after its time limit of %d minutes.', intdiv($run->limit, 60)) : self::message($document, $child), $document);
    }

    /** Reads what it prints until then. */
    private static function endsWithin(Child $child, float $seconds): bool
    {
        $until = microtime(true) + $seconds;
        while ($child->isRunning()) {
            if (microtime(true) > $until) {
                return false;
            }
            usleep(50000);
        }

        return true;
    }

    /** What to tell when the Magento file system owner is another user than this one. */
    private function wrongUser(): ?string
    {
        $owner = (int) fileowner($this->root);
        if ($owner === posix_geteuid()) {
            return null;
        }
        $name = static fn (int $id): string => (posix_getpwuid($id) ?: [])['name'] ?? (string) $id;

        return sprintf('Cron runs as "%s", but the files belong to "%s": run Magento\'s cron as "%2$s" (crontab -u %2$s -e).', $name(posix_geteuid()), $name($owner));
    }

    /** @return array<string, mixed>|null */
    private static function document(Child $child): ?array
    {
        $data = json_decode($child->getOutput(), true);
        if (!is_array($data)) {
            return null;
        }
        if (is_array($data['error'] ?? null)) {
            $data['error'] = array_map(static fn (mixed $said): mixed => is_string($said) ? self::clean($said) : $said, $data['error']);
        }

        /** @var array<string, mixed> $data a JSON object */
        return $data;
    }

    /** @param array<string, mixed>|null $document */
    private static function message(?array $document, Child $child): string
    {
        if ($document === null) {
            $said = trim(substr($child->getErrorOutput(), -4000));

            return self::clean($said === '' && $child->hasBeenSignaled() ? 'Killed by signal ' . $child->getTermSignal() . '.' : $said);
        }
        $error = is_array($document['error'] ?? null) ? $document['error'] : [];

        return implode(' ', array_filter([$error['message'] ?? null, $error['hint'] ?? null], 'is_string'));
    }

    /** Without passwords, and in valid UTF-8, which Magento's flags and mails want. */
    private static function clean(string $text): string
    {
        return Secrets::maskReport(mb_scrub($text, 'UTF-8'), []);
    }

    /** One line a run, whatever its message holds. */
    private function log(Run $run): void
    {
        $line = sprintf('%s %s %s by %s: %s%s%s', $run->ended, $run->id, $run->job, $run->trigger, $run->outcome()->value, $run->exitCode === null ? '' : " (exit code $run->exitCode)", $run->message === '' ? '' : ': ' . $run->message);
        $line = (string) preg_replace('/[\x00-\x1f\x7f]+/', ' ', $line);
        if (@file_put_contents($this->root . '/' . self::LOG, $line . "\n", FILE_APPEND | LOCK_EX) === false) {
            throw new \RuntimeException(sprintf('The log "%s" cannot be written: %s', self::LOG, error_get_last()['message'] ?? ''));
        }
    }
}
