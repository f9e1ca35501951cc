<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Customizations\Lost;
use Lockstep\MigrationTool\Noise;
use Symfony\Component\Console\Output\OutputInterface;

/** The status of a shop as a person reads it. */
final class StatusText
{
    private const MARKS = ['modified' => 'M', 'added' => 'A', 'deleted' => 'D'];

    /** @param array<string, mixed> $data as Status::of gives it */
    public static function render(array $data, OutputInterface $output): void
    {
        $magento = self::map($data['magento'] ?? null);
        $tool = self::map($data['tool'] ?? null);
        $target = self::map($data['target'] ?? null);
        Text::pair($output, 'Magento', trim(self::string($magento['version'] ?? '') . ' ' . self::string($magento['edition'] ?? '')) . ' (' . self::string($magento['source'] ?? '') . ')');
        Text::pair($output, 'Tool', ($tool['installed'] ?? false) === true ? self::string($tool['version'] ?? '') . ' in ' . self::string($tool['path'] ?? '') : 'not installed');
        Text::pair($output, 'Needed', (self::string($target['version'] ?? '') ?: 'none') . ' [' . self::string($target['rule'] ?? '') . '] ' . self::string($target['reason'] ?? ''));
        $match = ($data['match'] ?? false) === true;
        Text::pair($output, 'Match', $match ? 'yes' : 'no: run "migration:tool:upgrade"', $match ? 'info' : 'error');
        self::customizations(self::map($data['customizations'] ?? null), $output);
        $saved = self::map($data['saved'] ?? null);
        if ($saved !== []) {
            Text::pair($output, 'Saved', sprintf('%s (%s of release %s)', self::string($saved['id'] ?? ''), self::string($saved['files'] ?? ''), self::string($saved['version'] ?? '')));
        }
        $backup = self::map($data['last_backup'] ?? null);
        Text::pair($output, 'Last backup', $backup === [] ? 'none' : self::string($backup['id'] ?? '') . ' (' . implode(', ', self::strings($backup['parts'] ?? null)) . ')');
        $last = self::map($data['last_upgrade'] ?? null);
        if ($last !== []) {
            $way = (self::string($last['from'] ?? '') ?: 'none') . ' → ' . self::string($last['to'] ?? '');
            $undone = self::string($last['undone'] ?? '');
            Text::pair($output, 'Last upgrade', $way . ', ' . ($undone === '' ? self::string($last['time'] ?? '') : 'taken back ' . $undone) . (($last['undo'] ?? false) === true ? sprintf(' ("migration:tool:undo" %s)', $undone === '' ? 'takes it back' : 'brings it back') : ''));
        }
        if ((self::map($data['recovery'] ?? null)['pending'] ?? false) === true) {
            Text::pair($output, 'Recovery', 'an interrupted run waits: run "migration:tool:recover"', 'error');
        }
        if ((self::map($data['migration'] ?? null)['running'] ?? false) === true) {
            Text::pair($output, 'Migration', 'one is under way (var/migration-tool-progress.lock)', 'comment');
        }
        Text::list($output, 'Still to be done', self::strings($data['followup'] ?? null));
        Text::list($output, 'Told after the last upgrade, if not done since', self::strings($data['reminders'] ?? null));
    }

    /** @param array<string, mixed> $lists */
    private static function customizations(array $lists, OutputInterface $output): void
    {
        if (isset($lists['unknown'])) {
            Text::pair($output, 'Customizations', 'unknown: ' . self::string($lists['unknown']), 'comment');

            return;
        }
        $total = 0;
        foreach (self::MARKS as $kind => $mark) {
            $total += count(self::strings($lists[$kind] ?? null));
        }
        Text::pair($output, 'Customizations', $total === 0 ? 'none' : (string) $total);
        foreach (self::MARKS as $kind => $mark) {
            foreach (self::strings($lists[$kind] ?? null) as $path) {
                $output->writeln(sprintf('  <comment>%s</comment> %s', $mark, Text::escape($path)));
            }
        }
        $lost = self::strings($lists['lost'] ?? null);
        if ($lost !== []) {
            Text::pair($output, 'Lost', sprintf('%d customizations: the tool was replaced, and not by Lockstep. %s', count($lost), Lost::wayOut()), 'error');
            foreach ($lost as $path) {
                $output->writeln('  <comment>L</comment> ' . Text::escape($path));
            }
        }
        foreach (Noise::lines(array_map(self::strings(...), self::map($lists['noise'] ?? null))) as $line) {
            $output->writeln('  ' . $line);
        }
    }

    /** @return array<string, mixed> */
    private static function map(mixed $value): array
    {
        $map = [];
        foreach (is_array($value) ? $value : [] as $key => $item) {
            $map[(string) $key] = $item;
        }

        return $map;
    }

    /** @return list<string> */
    private static function strings(mixed $value): array
    {
        return is_array($value) ? array_values(array_filter($value, 'is_string')) : [];
    }

    private static function string(mixed $value): string
    {
        return is_scalar($value) ? (string) $value : '';
    }
}
