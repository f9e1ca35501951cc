<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Symfony\Component\Console\Exception\ExceptionInterface;
use Symfony\Component\Console\Output\OutputInterface;

/** The one JSON document on stdout, errors too. */
final class Document
{
    /** @param array<string, mixed> $document */
    public static function write(array $document, OutputInterface $output): void
    {
        $output->writeln(
            json_encode($document, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR),
            OutputInterface::OUTPUT_RAW | OutputInterface::VERBOSITY_QUIET,
        );
    }

    /** @return array<string, mixed> */
    public static function ofFailure(Failure $failure): array
    {
        return [
            'status' => self::status($failure->exitCode),
            'exit_code' => $failure->exitCode,
            'error' => ['code' => $failure->error, 'message' => $failure->getMessage(), 'hint' => $failure->hint],
        ] + $failure->data;
    }

    /** A wrong use of commands and options, in Symfony's words. */
    public static function usage(ExceptionInterface $e): Failure
    {
        return new Failure(ExitCode::UNEXPECTED, 'usage', $e->getMessage(), '"--help" tells the arguments and options, "list" the commands.', [], $e);
    }

    public static function status(int $exitCode): string
    {
        return match ($exitCode) {
            ExitCode::DONE => 'ok',
            ExitCode::ACTION_REQUIRED => 'action-required',
            default => 'error',
        };
    }
}
