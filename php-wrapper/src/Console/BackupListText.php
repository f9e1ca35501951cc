<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Terminal;
use Symfony\Component\Console\Helper\Table;
use Symfony\Component\Console\Output\OutputInterface;

/** The backup sets as a table, and below it what is wrong with them, in words. */
final class BackupListText
{
    /** @param array{directory: string, bytes: int, backups: list<array{id: string, created: string, state: string, problem: string, bytes: int, verified: ?string, authenticated: ?bool, magento: string, tool: string, age_seconds: int, other_key: ?bool, foreign_files: list<string>, parts: list<array{name: string, bytes: int, stored_bytes: int, frames?: int, frames_reused?: int}>}>, ignored: list<array{name: string, reason: string}>} $data */
    public static function render(array $data, OutputInterface $output): void
    {
        if ($data['backups'] === []) {
            $output->writeln('There is no backup in ' . Text::escape($data['directory']) . '.');
        } else {
            self::table($data['backups'], $output);
            $output->writeln(sprintf('%s, %s, in %s', Text::count(count($data['backups']), 'set'), Terminal::bytes($data['bytes']), Text::escape($data['directory'])));
        }
        foreach ($data['backups'] as $set) {
            if ($set['problem'] !== '') {
                $output->writeln(sprintf('<comment>%s</comment> %s', $set['id'], Text::escape($set['problem'])));
            }
            if ($set['authenticated'] === false) {
                $output->writeln(sprintf('<comment>%s</comment> was made before backup.json was authenticated: what it says was left out is believed.', $set['id']));
            }
            if ($set['foreign_files'] !== []) {
                $output->writeln(sprintf('<comment>%s</comment> holds what is not Lockstep\'s: %s', $set['id'], Text::escape(implode(', ', $set['foreign_files']))));
            }
        }
        foreach ($data['ignored'] as $one) {
            $output->writeln(sprintf('ignored: %s (%s)', Text::escape($one['name']), Text::escape($one['reason'])));
        }
    }

    /** @param list<array{id: string, state: string, bytes: int, verified: ?string, magento: string, tool: string, age_seconds: int, other_key: ?bool, parts: list<array{name: string, bytes: int, stored_bytes: int, frames?: int, frames_reused?: int}>}> $sets */
    private static function table(array $sets, OutputInterface $output): void
    {
        $table = new Table($output);
        $table->setHeaders(['ID', 'Age', 'Parts', 'Stored', 'Copied', 'Magento', 'Tool', 'State', 'Verified']);
        foreach ($sets as $set) {
            $state = $set['other_key'] === true ? 'of another key' : $set['state'];
            $table->addRow([
                $set['id'],
                self::age($set['age_seconds']),
                implode(', ', array_map(static fn (array $part): string => $part['name'] . ' ' . Terminal::bytes($part['bytes']), $set['parts'])),
                Terminal::bytes($set['bytes']),
                self::copied($set['parts']),
                Text::escape($set['magento']),
                Text::escape($set['tool']),
                $state === BackupSet::COMPLETE ? $state : "<comment>$state</comment>",
                substr((string) $set['verified'], 0, 10),
            ]);
        }
        $table->render();
    }

    /** @param list<array{frames?: int, frames_reused?: int}> $parts */
    private static function copied(array $parts): string
    {
        $frames = array_sum(array_map(static fn (array $part): int => max(0, ($part['frames'] ?? 0) - 1), $parts)); // the closing frame is never copied

        return $frames === 0 ? '' : sprintf('%d %%', intdiv(100 * array_sum(array_column($parts, 'frames_reused')), $frames));
    }

    private static function age(int $seconds): string
    {
        return match (true) {
            $seconds < 120 => $seconds . ' s',
            $seconds < 7200 => intdiv($seconds, 60) . ' min',
            $seconds < 172800 => intdiv($seconds, 3600) . ' h',
            default => intdiv($seconds, 86400) . ' days',
        };
    }
}
