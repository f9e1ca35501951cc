<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Terminal;
use Symfony\Component\Console\Formatter\OutputFormatter;
use Symfony\Component\Console\Output\OutputInterface;

/** How results look on a terminal: labelled lines, lists, errors with their hint. */
final class Text
{
    public static function escape(string $text): string
    {
        return OutputFormatter::escape(Terminal::safe($text));
    }

    /** "1 set", "2 sets". */
    public static function count(int $count, string $noun): string
    {
        return $count . ' ' . $noun . ($count === 1 ? '' : 's');
    }

    public static function failure(Failure $failure, OutputInterface $output): void
    {
        // lines are the author's own; what comes from outside was made safe where the message was put together
        foreach (explode("\n", $failure->getMessage()) as $line) {
            $output->writeln('<error>' . self::escape($line) . '</error>', OutputInterface::VERBOSITY_QUIET);
        }
        if ($failure->hint !== '') {
            $output->writeln('  ' . self::escape($failure->hint), OutputInterface::VERBOSITY_QUIET);
        }
    }

    public static function pair(OutputInterface $output, string $label, string $value, string $style = ''): void
    {
        $value = self::escape($value);
        $output->writeln(sprintf('<comment>%-16s</comment> %s', $label, $style === '' ? $value : "<$style>$value</$style>"));
    }

    /** @param list<string> $items */
    public static function list(OutputInterface $output, string $label, array $items, string $mark = '-'): void
    {
        if ($items === []) {
            return;
        }
        $output->writeln(sprintf('<comment>%s</comment>', $label));
        foreach ($items as $item) {
            $output->writeln('  ' . $mark . ' ' . self::escape($item));
        }
    }

    /**
     * The first of many, and how many more there are.
     *
     * @param list<string> $items
     *
     * @return list<string>
     */
    public static function some(array $items, int $count = 20): array
    {
        return count($items) <= $count ? $items : [...array_slice($items, 0, $count), sprintf('… and %d more', count($items) - $count)];
    }
}
