<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Noise;
use Lockstep\MigrationTool\Upgrade\Constraint;
use Symfony\Component\Console\Output\OutputInterface;

/** What an upgrade did, or would do, as a person reads it. */
final class UpgradeText
{
    private const OUTCOMES = [
        'carried' => 'Your files, carried over',
        'merged' => 'Merged',
        'follows' => 'Unedited copies of .dist files, which follow the release',
        'resolved' => 'As you resolved them',
        'obsolete' => 'Now the same in the release',
        'deleted' => 'Stay deleted',
        'conflicts' => 'Conflicts',
    ];
    private const FENCES = [
        'landlock' => 'landlock: Composer could write to its stage alone',
        'namespace' => 'namespace: Composer saw all but its stage as read-only (no Landlock here)',
        'copies' => 'copies: Composer ran on copies of the code, as this system has no fence; the live code was compared',
    ];

    /** @param array<string, mixed> $data as Upgrade::run gives it */
    public static function render(array $data, OutputInterface $output): void
    {
        $from = is_string($data['from'] ?? null) && $data['from'] !== '' ? $data['from'] : 'none';
        $to = is_string($data['to'] ?? null) ? $data['to'] : '';
        $dry = ($data['dry_run'] ?? false) === true;
        $export = is_array($data['export'] ?? null) ? $data['export'] : [];
        $back = self::string($data['customizations_from'] ?? null);
        $verb = match (true) {
            $from === $to && $back !== '' => sprintf($dry ? 'Dry run: the customizations %s would be merged into the tool %s. Nothing was changed.' : ($export !== [] ? 'The customizations %s were merged into the tool %s, exported; nothing was changed here.' : 'The customizations %s were merged into the tool %s.'), $back, $to),
            $from === $to => 'The tool is at the right version: ' . $to . '.',
            $export !== [] && !$dry => sprintf('Exported to %s: the tool %s with your customizations, for the place where this shop is built. Nothing was changed here.', self::string($export['path'] ?? null), $to),
            $dry => sprintf('Dry run: the tool would go from %s to %s. Nothing was changed.', $from, $to),
            default => sprintf('The tool went from %s to %s.', $from, $to),
        };
        $output->writeln('<info>' . Text::escape($verb) . '</info>');
        $target = is_array($data['target'] ?? null) ? $data['target'] : [];
        if (is_string($target['rule'] ?? null) && is_string($target['reason'] ?? null)) {
            Text::pair($output, 'Rule', $target['rule'] . ': ' . $target['reason']);
        }
        $constraint = Constraint::text(is_array($data['constraint'] ?? null) ? $data['constraint'] : []);
        if ($constraint !== '') {
            Text::pair($output, 'composer.json', $constraint);
        }
        $patches = is_array($data['patches'] ?? null) ? $data['patches'] : [];
        Text::list($output, 'Patches that fit no more, skipped', self::strings($patches['lost'] ?? null));
        self::merge(is_array($data['merge'] ?? null) ? $data['merge'] : [], $output);
        self::modules($data['modules'] ?? null, $output);
        $customizations = is_array($data['customizations'] ?? null) ? $data['customizations'] : [];
        if ($back === '' || !$dry) {
            Text::list($output, 'Lost customizations', self::strings($customizations['lost'] ?? null), 'L');
        }
        if ($export !== []) {
            Text::pair($output, 'Export', self::string($export['path'] ?? null));
            Text::list($output, 'Files for a checkout', self::strings($export['files'] ?? null));
        }
        $backup = is_array($data['backup'] ?? null) ? $data['backup'] : [];
        if (is_string($backup['path'] ?? null)) {
            Text::pair($output, 'Backup', $backup['path']);
        }
        $commit = is_array($data['commit'] ?? null) ? $data['commit'] : [];
        if (($commit['method'] ?? null) === 'two-renames' && is_numeric($commit['window_ms'] ?? null)) {
            Text::pair($output, 'Swapped', sprintf('by two renames for each entry; a directory was absent for %s ms at most', $commit['window_ms']));
        }
        if (is_string($data['fence'] ?? null) && $from !== $to && in_array('Solve', self::done($data['steps'] ?? null), true)) {
            Text::pair($output, 'Fence', self::FENCES[$data['fence']] ?? $data['fence']);
        }
        Text::list($output, 'Still to be done', self::strings($data['followup'] ?? null));
    }

    /** @param array<mixed> $merge what became of each customization */
    public static function merge(array $merge, OutputInterface $output): void
    {
        foreach (self::OUTCOMES as $key => $label) {
            Text::list($output, $label, self::strings($merge[$key] ?? null));
        }
        foreach (Noise::lines(array_map(self::strings(...), is_array($merge['noise'] ?? null) ? $merge['noise'] : [])) as $line) {
            $output->writeln($line);
        }
    }

    private static function modules(mixed $modules, OutputInterface $output): void
    {
        $merged = array_filter(is_array($modules) ? $modules : [], static fn (mixed $item): bool => is_array($item) && ($item['merged'] ?? false) === true);
        Text::list($output, 'Files of your modules, merged', self::strings(array_column($merged, 'file')));
    }

    /** @return list<string> the steps that were taken */
    private static function done(mixed $steps): array
    {
        $done = array_filter(is_array($steps) ? $steps : [], static fn (mixed $step): bool => is_array($step) && ($step['status'] ?? '') === 'done');

        return self::strings(array_column($done, 'name'));
    }

    private static function string(mixed $value): string
    {
        return is_string($value) ? $value : '';
    }

    /** @return list<string> */
    private static function strings(mixed $value): array
    {
        return is_array($value) ? array_values(array_filter($value, 'is_string')) : [];
    }
}
