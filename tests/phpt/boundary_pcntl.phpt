--TEST--
A script with handlers of its own keeps them: one that throws cancels, one that does not lets it go on
--EXTENSIONS--
lockstep
--SKIPIF--
<?php if (!function_exists('pcntl_signal')) die('skip pcntl is not there'); ?>
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
$root = scratch();
mkdir("$root/site");
mkdir("$root/backups");
slow_file("$root/site/slow", 1 << 40);
$ended = child('
    $root = ' . var_export($root, true) . ';
    pcntl_async_signals(true);
    pcntl_signal(SIGINT, function (): void { throw new DomainException("interrupted"); });
    $told = false;
    thrown(fn() => Lockstep\\Archive::write("$root/backups/a.tar.zst", "$root/site", ".", str_repeat("k", 32), [], 3, 2, "", function () use (&$told): void { if (!$told) { echo "ready\\n"; $told = true; } }));
    echo held()["threads"], " ", count(scandir("$root/backups")) - 2, "\\n";
', 2);
echo $ended['output'], $ended['status'], "\n";
unlink("$root/site/slow");
slow_file("$root/site/slow", about_a_second());
$ended = child('
    pcntl_async_signals(true);
    pcntl_signal(SIGINT, function (): void { echo "handled\\n"; });
    $told = false;
    $tree = Lockstep\\Tree::scan(' . var_export("$root/site", true) . ', [], true, function () use (&$told): void { if (!$told) { echo "ready\\n"; $told = true; } });
    echo $tree->count(), "\\n";
', 2);
echo $ended['output'], $ended['status'], "\n";
$ended = child('
    pcntl_async_signals(true);
    pcntl_signal(SIGTERM, function (): void { throw new DomainException("ended"); });
    thrown(fn() => Lockstep\\Process::run(["/bin/sh", "-c", "echo up; sleep 60 & wait"], [], null, null, "", function (): void { echo "ready\\n"; }));
', 15);
echo $ended['output'], $ended['status'], "\n";
?>
--EXPECT--
DomainException: interrupted
1 0
0
handled
2
0
DomainException: ended
0
