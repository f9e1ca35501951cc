<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Noise;
use Symfony\Component\Console\Output\OutputInterface;

/** What was changed in the tool as a person reads it: the list, or a unified diff in colours. */
final class DiffText
{
    private const MARKS = ['modified' => 'M', 'added' => 'A', 'deleted' => 'D', 'type' => 'T'];

    /**
     * @param list<array{path: string, kind: string, dist: ?string, was: ?string, is: ?string}> $files
     * @param array<string, list<string>> $noise
     */
    public static function list(array $files, array $noise, string $version, OutputInterface $output): void
    {
        foreach ($files as $file) {
            $more = match (true) {
                $file['kind'] === 'type' => sprintf(' (%s, now a %s)', $file['was'] ?? '', $file['is'] ?? ''),
                $file['is'] === 'symlink' => ' (symlink)',
                $file['dist'] !== null => sprintf(' (from %s)', basename($file['dist'])),
                default => '',
            };
            $output->writeln(sprintf('<comment>%s</comment> %s', self::MARKS[$file['kind']] ?? '?', Text::escape($file['path'] . $more)));
        }
        if ($files === []) {
            $output->writeln(sprintf('<info>%s</info>', Text::escape(sprintf('The tool is as release %s was published.', $version))));
        }
        self::noise($noise, $output);
    }

    /** @param list<array{path: string, diff: string}> $diffs */
    public static function diffs(array $diffs, OutputInterface $output): void
    {
        foreach ($diffs as $file) {
            self::diff($file['diff'], $output);
        }
    }

    public static function diff(string $diff, OutputInterface $output): void
    {
        foreach ($diff === '' ? [] : explode("\n", rtrim($diff, "\n")) as $line) {
            $text = Text::escape(strtr($line, ["\t" => '    ', "\r" => '']));
            $style = match (true) {
                str_starts_with($line, '+++'), str_starts_with($line, '---') => 'options=bold',
                str_starts_with($line, '+') => 'fg=green',
                str_starts_with($line, '-') => 'fg=red',
                str_starts_with($line, '@@') => 'fg=cyan',
                default => '',
            };
            $output->writeln($style === '' || $text === '' ? $text : "<$style>$text</>");
        }
    }

    /** @param array<string, list<string>> $noise */
    public static function noise(array $noise, OutputInterface $output): void
    {
        foreach (Noise::lines($noise) as $kind => $line) {
            $output->writeln($line);
            foreach ($output->isVerbose() ? $noise[$kind] : [] as $path) {
                $output->writeln('    ' . Text::escape($path));
            }
        }
    }
}
