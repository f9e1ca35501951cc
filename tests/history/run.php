<?php

/** Merges typical edits over the tool's own history: php -d extension=lockstep.so tests/history/run.php [--versions=N] [--write] [--from=V --to=V] REPO */

declare(strict_types=1);

namespace Lockstep\Tests\History;

use Lockstep\Tree;

spl_autoload_register(static function (string $class): void {
    $file = __DIR__ . '/src/' . substr($class, strlen(__NAMESPACE__) + 1) . '.php';
    if (str_starts_with($class, __NAMESPACE__ . '\\') && is_file($file)) {
        require $file;
    }
});
umask(022);
ini_set('memory_limit', '1G');

$options = ['versions' => '3', 'from' => '', 'to' => '', 'write' => '', 'log' => ''];
$directory = null;
foreach (array_slice($argv, 1) as $argument) {
    if (preg_match('/^--(versions|from|to|log)=(.+)$/D', $argument, $found) === 1 || preg_match('/^--(write)()$/D', $argument, $found) === 1) {
        $options[$found[1]] = $found[1] === 'write' ? '1' : $found[2];
    } elseif ($directory === null && !str_starts_with($argument, '-')) {
        $directory = $argument;
    } else {
        fwrite(STDERR, "merge-history: unknown argument: $argument\n");
        exit(64);
    }
}
if ($directory === null) {
    fwrite(STDERR, "Usage: ./dev merge-history [--versions=N (of each edition; 0: all)] [--from=V --to=V] [--write] REPO\n");
    exit(64);
}

$start = hrtime(true);
$repository = new Repository($directory);
$releases = $repository->releases();
$jumps = [];
foreach (array_slice($releases, 1) as $index => $release) {
    $jumps[] = ['neighbours', $releases[$index], $release];
}
$last = $releases[count($releases) - 1];
array_push($jumps, ['2.0.0 to ' . $last, '2.0.0', $last], ['2.1.6 to ' . $last, '2.1.6', $last]);
if ($options['from'] !== '') {
    $jumps = [["$options[from] to $options[to]", $options['from'], $options['to']]];
}
$xml = [...RuleKind::all(), ...array_map(static fn (string $what): Kind => new MapKind($what), array_keys(MapKind::LABELS))];
$config = array_map(static fn (string $what): Kind => new ConfigKind($what), array_keys(ConfigKind::LABELS));
$classes = array_map(static fn (string $what): Kind => new ClassKind($what), array_keys(ClassKind::LABELS));
$temporary = sys_get_temp_dir() . '/lockstep-history-' . bin2hex(random_bytes(6));
$tally = new Tally();
$trees = new Trees($temporary);

/** @param list<Kind> $kinds */
$edit = static function (Jump $jump, array $kinds, int $at): array {
    $edits = [];
    foreach ($jump->changed as $path => $to) {
        foreach (array_slice($kinds, $at, 1) as $kind) {
            $made = $kind->make($path, $jump->base[$path], $jump->theirs[$to]);
            $edits += $made === null ? [] : [$path => [$kind->label(), $made]];
        }
    }

    return $edits;
};
try {
    foreach ($jumps as $number => [$group, $from, $to]) {
        $jump = new Jump($repository, $from, $to, (int) $options['versions']);
        $group = $group === 'neighbours' && $jump->moved ? "$from to $to, where the directories were renamed" : $group;
        $trial = new Trial($jump, $trees, $tally, $group);
        $before = count($tally->remarkable);
        for ($at = 0; $at < max(count($xml), count($config), count($classes)); $at++) {
            $edits = $edit($jump, $xml, $at) + $edit($jump, $config, $at);
            foreach ($edits === [] ? [] : ($options['versions'] === '0' ? [false, true] : [($at + $number) % 2 === 0]) as $copied) {
                $trial->run($edits, $copied);
            }
            $edits = $edit($jump, $classes, $at);
            $edits === [] || $trial->run($edits, false);
        }
        $shop = [];
        foreach ($edit($jump, [new MapKind('many')], 0) + $edit($jump, [new ConfigKind('all')], 0) as $path => [$kind, $made]) {
            $shop[$path] = [str_replace('config.xml:', 'tabs for spaces, CRLF, config.xml:', str_starts_with($kind, 'config') ? $kind : "tabs for spaces, CRLF, $kind"), $made];
        }
        $shop === [] || $trial->run($shop, true, true);
        foreach ($options['log'] === '' ? [] : array_slice($tally->remarkable, $before) as $one) {
            file_put_contents($options['log'], json_encode($one, JSON_UNESCAPED_SLASHES) . "\n", FILE_APPEND);
        }
        fprintf(STDERR, "%-22s %3d files changed, %6d edits in all, %d remarkable here, %d s\n", $jump->label(), count($jump->changed), $tally->sum('clean') + $tally->sum('conflict') + $tally->sum('wrong'), count($tally->remarkable) - $before, intdiv(hrtime(true) - $start, 1_000_000_000));
    }
} finally {
    Tree::remove($temporary);
}
$of = $options['versions'] === '0' ? 'all versions of Magento 1' : "$options[versions] versions of Magento 1 of each edition (`--versions=0`: all)";
$ways = $options['versions'] === '0' ? 'each edit made in X.dist and in a copy X' : 'each edit made in X.dist or in a copy X by turns';
$head = sprintf('`./dev merge-history`, %s: %d releases, %s to %s; every file that a release changed; %s; %s; %d s.', gmdate('Y-m-d'), count($releases), $releases[0], $last, $of, $ways, intdiv(hrtime(true) - $start, 1_000_000_000));
$text = Page::text($tally, $head);
echo $text;
if ($options['write'] !== '') {
    Page::write(dirname(__DIR__, 2) . '/docs/merging.md', $text) || fwrite(STDERR, "merge-history: docs/merging.md has no place for the tables\n");
}
exit($tally->sum('wrong') + $tally->sum('same-wrong') === 0 ? 0 : 1);
