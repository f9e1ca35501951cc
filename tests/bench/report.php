<?php

/*
 * php report.php ROWS MARKDOWN SVG: the figures of one run of the bench as a page and as a picture of its ratios.
 * ROWS are lines of fields with tabs between, as measure.bash and growth.bash write them.
 */

declare(strict_types=1);

[, $source, $page, $picture] = $argv;
$rows = array_map(static fn (string $line): array => explode("\t", $line), file($source, FILE_IGNORE_NEW_LINES));
$kind = static fn (string ...$names): array => array_values(array_filter($rows, static fn (array $row): bool => in_array($row[0], $names, true)));
$cell = static fn (string $text): string => str_replace('|', '\\|', $text);

$lines = [
    '# Benchmarks', '',
    'Written by `./dev bench --write`: our commands beside the tools that do the same, in one run on one tree.', '',
    '![Time of our commands as a share of the others’ time](benchmarks.svg)', '',
    '| | |', '|---|---|',
];
foreach ($kind('fact') as [, $name, $value]) {
    $lines[] = "| $name | " . ($name === 'command' ? "`$value`" : $cell($value)) . ' |';
}
array_push(
    $lines,
    '',
    '## Time and size',
    '',
    'Seconds are medians, with the least and the most in brackets. What takes us less than a second is judged without the start of PHP (the row *idle*): that ratio is the one called *net*.',
    'Memory is the peak of the largest process of a command, in MiB: ours, then the other’s.',
    '',
    '| work : compared with | ours | theirs | ratio | net | budget | | memory |',
    '|---|---|---|---|---|---|---|---|',
);
foreach ($kind('time', 'size') as $row) {
    [$type, $label, $ours, $least, $most, $theirs, $theirLeast, $theirMost, $ratio, $net, $budget, $verdict, $peak, $theirPeak, $note] = $row;
    $span = static fn (string $median, string $from, string $to): string => $type === 'time' ? sprintf('%.2f s (%.2f–%.2f)', $median, $from, $to) : $median;
    $lines[] = '| ' . implode(' | ', [
        $cell(trim($label)) . ($note === '' ? '' : "<br>$note"),
        $span($ours, $least, $most),
        $span($theirs, $theirLeast, $theirMost),
        is_numeric($ratio) ? sprintf('%.2f', $ratio) : $ratio,
        is_numeric($net) ? sprintf('%.2f', $net) : '',
        $budget,
        $verdict === 'missed' ? '**missed**' : $verdict,
        $type === 'time' ? "$peak / $theirPeak" : '',
    ]) . ' |';
}
if ($kind('growth') !== []) {
    array_push($lines, '', '## Growth', '', 'Full backups; memory above an idle PHP.', '', '| tree | seconds | for 100,000 files | MiB | allowed |', '|---|---|---|---|---|');
    foreach ($kind('growth') as [, $label, $seconds, $least, $most, $each, $memory, , $allowed]) {
        $lines[] = sprintf('| %s | %.2f (%.2f–%.2f) | %s | %s | %s |', $label, $seconds, $least, $most, $each === '' ? '' : "$each s", $memory, $allowed);
    }
    array_push($lines, '', '| | | expected | |', '|---|---|---|---|');
    foreach ($kind('verdict') as [, $label, $value, $expected, $verdict]) {
        $lines[] = "| $label | $value | $expected | " . ($verdict === 'missed' ? '**missed**' : $verdict) . ' |';
    }
}
if ($kind('skipped') !== []) {
    array_push($lines, '', '## Not measured', '');
    foreach ($kind('skipped') as [, $label, $why]) {
        $lines[] = "- $label: $why";
    }
}
file_put_contents($page, implode("\n", $lines) . "\n");

// One bar a ratio; the line at 1 is the other tool, the mark across a bar its budget. Past the right edge a bar is cut, and the number tells.
$bars = array_values(array_filter($kind('time'), static fn (array $row): bool => !str_starts_with($row[1], 'idle')));
[$left, $unit, $step, $top] = [360, 320, 24, 48];
$height = $top + $step * count($bars) + 16;
$svg = [
    sprintf('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 890 %1$d" width="890" height="%1$d" font-family="system-ui, sans-serif" font-size="12">', $height),
    '<title>Time of our commands as a share of the others’ time</title>',
    '<style>svg{--ink:#1f2328;--faint:#8c959f;--met:#1a7f37;--missed:#bc4c00;--plain:#0969da}'
        . '@media(prefers-color-scheme:dark){svg{--ink:#e6edf3;--faint:#7d8590;--met:#3fb950;--missed:#f0883e;--plain:#58a6ff}}'
        . 'text{fill:var(--ink)}.met{fill:var(--met)}.missed{fill:var(--missed)}.plain{fill:var(--plain)}line{stroke:var(--faint)}.budget{stroke:var(--ink);stroke-width:2}</style>',
    sprintf('<text x="%d" y="18" text-anchor="middle">as long as the other = 1; shorter is faster; | = budget</text>', $left + $unit / 2),
];
foreach ([0, 0.5, 1] as $at) {
    $x = $left + $unit * $at;
    $svg[] = sprintf('<line x1="%1$d" x2="%1$d" y1="%2$d" y2="%3$d"/><text x="%1$d" y="%4$d" text-anchor="middle">%5$s</text>', $x, $top - 6, $height - 12, $top - 12, $at);
}
foreach ($bars as $i => $row) {
    $ratio = (float) $row[9];
    $y = $top + $step * $i;
    $svg[] = sprintf('<text x="%d" y="%d" text-anchor="end">%s</text>', $left - 8, $y + 13, htmlspecialchars($row[1], ENT_XML1));
    $svg[] = sprintf('<rect class="%s" x="%d" y="%d" width="%.1f" height="16" rx="2"/>', $row[11] === '-' ? 'plain' : $row[11], $left, $y, max(1, $unit * min($ratio, 1.3)));
    if (preg_match('~^≤ (?:(1)/)?([0-9.]+)$~u', $row[10], $budget) === 1) {
        $x = $left + $unit * ($budget[1] === '1' ? 1 / (float) $budget[2] : (float) $budget[2]);
        $svg[] = sprintf('<line class="budget" x1="%1$.1f" x2="%1$.1f" y1="%2$d" y2="%3$d"/>', $x, $y - 2, $y + 18);
    }
    $svg[] = sprintf('<text x="%.1f" y="%d">%.2f (%.2f s)</text>', $left + max($unit * min($ratio, 1.3), 0) + 8, $y + 13, $ratio, $row[2]);
}
$svg[] = '</svg>';
file_put_contents($picture, implode("\n", $svg) . "\n");
