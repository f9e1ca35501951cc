<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\Archive;
use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Symfony\Component\Console\Output\OutputInterface;

/**
 * The members of a set's archives, printed as they are read: a site has a hundred thousand of them.
 *
 * @phpstan-import-type PartData from BackupSet
 */
final class Members
{
    /**
     * @param list<PartData> $parts
     * @param ?string        $path  only this member and what is below it
     */
    public function __construct(
        private readonly BackupSet $set,
        private readonly array $parts,
        private readonly string $key,
        private readonly ?string $path,
    ) {
    }

    public function print(OutputInterface $output, bool $json): int
    {
        return $json ? $this->json($output) : $this->text($output);
    }

    private function text(OutputInterface $output): int
    {
        $found = false;
        foreach ($this->parts as $part) {
            if (count($this->parts) > 1) {
                $output->writeln(sprintf('<comment>%s</comment>', $part['name']));
            }
            $found = $this->part($part, static fn (string $text) => $output->write($text, false, OutputInterface::OUTPUT_RAW), false) || $found;
        }
        if (!$found) {
            throw $this->notFound();
        }

        return ExitCode::DONE;
    }

    /** What goes wrong in the middle ends the document: it is valid all the same. */
    private function json(OutputInterface $output): int
    {
        $write = static fn (string $text) => $output->write($text, false, OutputInterface::OUTPUT_RAW | OutputInterface::VERBOSITY_QUIET);
        $write('{"id":' . self::encode($this->set->id) . ',"parts":[');
        $end = ['status' => 'ok', 'exit_code' => ExitCode::DONE];
        $found = false;
        foreach ($this->parts as $number => $part) {
            $write(($number === 0 ? '' : ',') . "\n{\"name\":" . self::encode($part['name']) . ',"members":[' . "\n");
            try {
                $found = $this->part($part, $write, true) || $found;
            } catch (Failure $e) {
                $end = self::error($e);
            }
            $write("\n]}");
        }
        if (!$found && $end['exit_code'] === ExitCode::DONE) {
            $end = self::error($this->notFound());
        }
        $write('],' . substr(self::encode($end), 1) . "\n");

        return $end['exit_code'];
    }

    /**
     * @param PartData               $part
     * @param callable(string): void $write
     */
    private function part(array $part, callable $write, bool $json): bool
    {
        $file = $this->set->path . '/' . $part['file'];
        try {
            Archive::listing($file, $this->key, $write, $this->path ?? '.', $json);
        } catch (CoreException $e) {
            if ($e->getStatus() === 'not-found' && $this->path !== null && is_file($file)) {
                return false;
            }
            throw Failure::fromCore($e, ExitCode::BACKUP, sprintf('The members of "%s" cannot be listed', $file));
        }

        return true;
    }

    private function notFound(): Failure
    {
        return new Failure(ExitCode::BACKUP, 'no-member', sprintf('Backup %s holds nothing at "%s".', $this->set->id, $this->path ?? '.'), 'Without --path all members are listed.');
    }

    /** @return array{status: string, exit_code: int, error: array{code: string, message: string, hint: string}} */
    private static function error(Failure $e): array
    {
        return ['status' => 'error', 'exit_code' => $e->exitCode, 'error' => ['code' => $e->error, 'message' => $e->getMessage(), 'hint' => $e->hint]];
    }

    private static function encode(mixed $value): string
    {
        return json_encode($value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR);
    }
}
