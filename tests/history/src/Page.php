<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

/** The tables of a run, as Markdown, between two marks of a page whose other text is people's. */
final class Page
{
    private const BEGIN = '<!-- merge-history: begin -->';

    private const END = '<!-- merge-history: end -->';

    public static function text(Tally $tally, string $head): string
    {
        $lines = [$head, '', '| Releases | edits | clean | conflict | wrong | clean | same element |', '|---|---:|---:|---:|---:|---:|---:|'];
        foreach ($tally->groups() as $group) {
            $lines[] = self::row($group, $tally, $group, null);
        }
        $lines[] = self::row('**all**', $tally, null, null);
        array_push($lines, '', '| Edit | edits | clean | conflict | wrong | clean | same element |', '|---|---:|---:|---:|---:|---:|---:|');
        foreach ($tally->kinds() as $kind) {
            $lines[] = self::row($kind, $tally, null, $kind);
        }
        array_push($lines, '', ...self::conflicts($tally));

        return implode("\n", $lines) . "\n";
    }

    public static function write(string $file, string $text): bool
    {
        $page = (string) file_get_contents($file);
        $from = strpos($page, self::BEGIN);
        $to = strpos($page, self::END);

        return $from !== false && $to !== false && file_put_contents($file, substr($page, 0, $from) . self::BEGIN . "\n$text" . substr($page, $to)) !== false;
    }

    private static function row(string $name, Tally $tally, ?string $group, ?string $kind): string
    {
        $count = static fn (string $result): int => $tally->sum($result, $group, $kind);
        [$clean, $conflict, $wrong] = [$count('clean'), $count('conflict'), $count('wrong') + $count('same-wrong')];
        $all = $clean + $conflict + $count('wrong');
        $same = $count('same-clean') + $count('same-conflict');

        return sprintf('| %s | %s | %s | %d | %d | %s | %s |', $name, number_format($all), number_format($clean), $conflict, $wrong, $all === 0 ? '' : sprintf('%.2f %%', floor($clean / $all * 10000) / 100), $same === 0 ? '' : "$same ({$count('same-conflict')} conflicts)");
    }

    /** @return list<string> */
    private static function conflicts(Tally $tally): array
    {
        $rows = [];
        foreach ($tally->remarkable as $one) {
            if ($one['result'] === 'conflict') {
                $rows[$one['jump'] . ' | ' . $one['kind'] . ' | ' . str_replace('|', '\|', $one['why'])][] = "`{$one['path']}`";
            }
        }
        if ($rows === []) {
            return ['No conflict where the edit and the release touch different elements.'];
        }
        $lines = ['| Releases | edit | conflict | files |', '|---|---|---|---|'];
        foreach ($rows as $row => $files) {
            $lines[] = "| $row | " . implode(', ', array_slice($files, 0, 2)) . (count($files) > 2 ? ' and ' . (count($files) - 2) . ' more' : '') . ' |';
        }

        return $lines;
    }
}
