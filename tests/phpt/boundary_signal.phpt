--TEST--
Ctrl-C and its like in the middle: the operation is taken back, then the signal ends the process
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
$root = scratch();
mkdir("$root/site");
mkdir("$root/backups");
slow_file("$root/site/slow", 1 << 40);
foreach ([2, 15, 1] as $signal) {
    $ended = child('
        $root = ' . var_export($root, true) . ';
        $lock = Lockstep\\Lock::acquire($root);
        $told = false;
        Lockstep\\Archive::write("$root/backups/a.tar.zst", "$root/site", ".", str_repeat("k", 32), [], 3, 2, "", function () use (&$told): void { if (!$told) { echo "ready\\n"; $told = true; } });
        echo "goes on";
    ', $signal);
    echo $ended['status'], $ended['output'], ' ', count(scandir("$root/backups")) - 2, "\n";
    Lockstep\Lock::acquire($root)->release();
}
$ended = child('Lockstep\\Process::run(["/bin/sh", "-c", "echo $$ > ' . $root . '/pid; echo up; sleep 60 & wait"], [], null, null, "", function (): void { echo "ready\\n"; });', 2);
echo $ended['status'], is_dir('/proc/' . trim(file_get_contents("$root/pid"))) ? ' the program runs on' : ' the program is ended', "\n";
$ended = child('Lockstep\\Tree::scan(__DIR__); echo "ready\\n"; sleep(20); echo "goes on";', 2);
echo $ended['status'], ' after an operation the default action is back', "\n";
?>
--EXPECT--
-2 0
-15 0
-1 0
-2 the program is ended
-2 after an operation the default action is back
