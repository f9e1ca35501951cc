<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Symfony\Component\Console\Output\OutputInterface;

/** What "upgrade --for" found, as a person reads it. */
final class AheadText
{
    /** @param array<string, mixed> $data as Ahead::look gives it */
    public static function render(array $data, OutputInterface $output): void
    {
        /** @var array{for: string, magento: array{version: string}, tool: array{installed: bool, version: string}, target: array{version: string, rule: string, reason: string}, saved: ?array{id: string, files: int}, blocks: ?bool, conflict: ?string, platform: ?string, solved: array{with: ?string, tool: ?string}, next: list<string>} $data */
        Text::pair($output, 'Magento', sprintf('%s → %s', $data['magento']['version'] === '' ? 'unknown' : $data['magento']['version'], $data['for']));
        Text::pair($output, 'Tool', $data['tool']['installed'] ? $data['tool']['version'] : 'not installed');
        Text::pair($output, 'Needed then', sprintf('%s [%s] %s', $data['target']['version'] === '' ? 'none' : $data['target']['version'], $data['target']['rule'], $data['target']['reason']));
        [$answer, $style] = match (true) {
            $data['blocks'] === false => ['no: Composer can resolve that Magento with the tool as it is required', 'info'],
            $data['solved']['with'] === 'needed' => [sprintf('yes: Composer can resolve that Magento only with the tool %s', $data['solved']['tool'] ?? ''), 'error'],
            $data['blocks'] === true => ['yes, and the needed release does not fit either: only without the tool can that Magento be resolved', 'error'],
            default => ['not known: Composer cannot resolve that Magento even without the tool', 'error'],
        };
        Text::pair($output, 'In the way', $answer, $style);
        Text::list($output, 'Composer\'s words', $data['conflict'] === null ? [] : explode("\n", $data['conflict']), ' ');
        Text::list($output, 'The PHP that runs Composer does not fit (--php=PATH takes another)', $data['platform'] === null || $data['platform'] === $data['conflict'] ? [] : explode("\n", $data['platform']), ' ');
        Text::pair($output, 'Saved', $data['saved'] === null ? 'nothing' : sprintf('the customizations, as %s', $data['saved']['id']));
        Text::list($output, 'In this order', $data['next'], '$');
        if ($data['next'] === [] && $data['conflict'] !== null) {
            $output->writeln('What stands in the way above is to be settled first.');
        }
    }
}
