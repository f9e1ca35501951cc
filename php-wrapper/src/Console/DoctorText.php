<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Symfony\Component\Console\Output\OutputInterface;

/** The findings of the doctor as a person reads them. */
final class DoctorText
{
    private const STYLES = ['ok' => 'info', 'warning' => 'comment', 'error' => 'error', 'not-tried' => 'comment'];

    /** @param array<string, mixed> $data as DoctorCommand makes it */
    public static function render(array $data, OutputInterface $output): void
    {
        $output->writeln(self::versions($data));
        foreach (self::maps($data['groups'] ?? null) as $group) {
            $output->writeln('<comment>' . self::text($group['name'] ?? '') . '</comment>');
            foreach (self::maps($group['checks'] ?? null) as $check) {
                $status = self::text($check['status'] ?? '');
                $output->writeln(sprintf('  <%1$s>%2$-9s</%1$s> %3$s', self::STYLES[$status] ?? 'comment', $status, self::text($check['name'] ?? '')));
                self::findings(self::maps($check['findings'] ?? null), $output);
            }
        }
        $count = is_array($data['summary'] ?? null) ? $data['summary'] : [];
        $errors = is_int($count['errors'] ?? null) ? $count['errors'] : 0;
        $warnings = is_int($count['warnings'] ?? null) ? $count['warnings'] : 0;
        $output->writeln($errors > 0
            ? sprintf('<error>%d %s an upgrade</error>, %d %s.', $errors, $errors === 1 ? 'finding stops' : 'findings stop', $warnings, $warnings === 1 ? 'warning' : 'warnings')
            : sprintf('<info>Nothing stops an upgrade</info>; %d %s.', $warnings, $warnings === 1 ? 'warning' : 'warnings'));
    }

    /** @param array<string, mixed> $data */
    private static function versions(array $data): string
    {
        $known = [];
        foreach (['Lockstep' => ['versions', 'lockstep'], 'extension' => ['versions', 'extension', 'version'], 'PHP' => ['versions', 'php', 'version'], 'Composer' => ['versions', 'composer', 'version'], 'Magento' => ['magento', 'version'], 'tool' => ['tool', 'version'], 'needed' => ['target', 'version']] as $what => $path) {
            $value = $data;
            foreach ($path as $key) {
                $value = is_array($value) ? $value[$key] ?? null : null;
            }
            $known[] = is_string($value) && $value !== '' ? $what . ' ' . $value : null;
        }

        return Text::escape(implode(', ', array_filter($known, is_string(...))));
    }

    /** @param list<array<mixed>> $findings */
    private static function findings(array $findings, OutputInterface $output): void
    {
        foreach ($findings as $finding) {
            foreach (explode("\n", is_string($finding['message'] ?? null) ? $finding['message'] : '') as $line) {
                $output->writeln('            ' . Text::escape($line));
            }
            if (($finding['fix'] ?? '') !== '') {
                $output->writeln('            Fix: ' . self::text($finding['fix'] ?? ''));
            }
        }
    }

    /** @return list<array<mixed>> */
    private static function maps(mixed $value): array
    {
        return is_array($value) ? array_values(array_filter($value, is_array(...))) : [];
    }

    private static function text(mixed $value): string
    {
        return is_string($value) ? Text::escape($value) : '';
    }
}
