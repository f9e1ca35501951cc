--TEST--
lockstep-recover: nothing, undone when begun and when committed, what a killed run left, refusals
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\{Commit, Tree};

$root = scratch();
$script = dirname(__DIR__, 2) . '/php-wrapper/bin/lockstep-recover';
$run = static function (array $options, ?string $directory = null, ?array $php = null) use ($script, $root): void {
    $process = proc_open(array_merge($php ?? php_command(), [$script], $options), [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]], $pipes, $directory);
    echo str_replace($root, 'ROOT', stream_get_contents($pipes[1]));
    echo 'exit ', proc_close($process), "\n";
};
$items = [['live' => 'a', 'staged' => 'var/lockstep/stage/1/a'], ['live' => 'b', 'staged' => 'var/lockstep/stage/1/b']];
$make = static function () use ($root, $items): void {
    exec("rm -rf $root/var");
    tree($root, ['composer.json' => '{}', 'a' => 'old', 'b' => 'old', 'deep/er/' => '']);
    Tree::privateDirectory("$root/var/lockstep/stage/1");
    tree("$root/var/lockstep/stage/1", ['a' => 'new', 'b' => 'new']);
    Commit::run($root, 'var/lockstep', 'var/lockstep/stage/1', $items, '{"run":"1"}');
};
tree($root, ['composer.json' => '{}', 'deep/er/' => '']);
$run(["--root-dir=$root"]);
$make();
$run([], "$root/deep/er");
echo file_get_contents("$root/a"), file_get_contents("$root/b"), ' ', count(scandir("$root/var/lockstep/stage")) - 2, "\n";
$make();
rename("$root/b", "$root/var/lockstep/kept");
rename("$root/var/lockstep/stage/1/b", "$root/b");
rename("$root/var/lockstep/kept", "$root/var/lockstep/stage/1/b");
$run(["--root-dir=$root", '--format=json']);
echo file_get_contents("$root/a"), file_get_contents("$root/b"), ' ', count(scandir("$root/var/lockstep/stage")) - 2, "\n";
Tree::privateDirectory("$root/var/lockstep/stage/killed");
Tree::privateDirectory("$root/var/lockstep/stage/kept");
Tree::privateDirectory("$root/var/lockstep/undo/kept");
file_put_contents("$root/var/lockstep/undo/kept/journal", '');
Tree::privateDirectory("$root/var/lockstep/stage/unfinished");
Tree::privateDirectory("$root/var/lockstep/undo/unfinished");
$run(["--root-dir=$root"]);
echo implode(' ', array_diff(scandir("$root/var/lockstep/stage"), ['.', '..'])), "\n";
$make();
Tree::privateDirectory("$root/var/lockstep/undo/1");
Commit::close($root, 'var/lockstep', 'undo/1/journal');
Commit::undo($root, 'var/lockstep', 'undo/1/journal', '{}');
$run([], $root);
echo file_get_contents("$root/a"), file_get_contents("$root/var/lockstep/stage/1/a"), "\n";
Commit::checkUndo($root, 'var/lockstep', 'undo/1/journal');
$lock = Lockstep\Lock::acquire($root);
$run(["--root-dir=$root", '--format=json']);
$lock->release();
file_put_contents("$root/var/lockstep/journal", 'garbage');
$run(["--root-dir=$root"]);
$run(["--root-dir=$root/none"]);
$run(['--force']);
$run(["--root-dir=$root"], null, [PHP_BINARY, '-n']);
?>
--EXPECTF--
ROOT: Nothing had been interrupted.
exit 0
ROOT: The interrupted run was undone (2 of 2 renames had been done): the site is as before. What it had put in place is kept in var/lockstep/interrupted: look there for edits made since.
exit 0
oldold 0
{
    "status": "ok",
    "exit_code": 0,
    "outcome": "undone",
    "recovery": {
        "pending": false
    },
    "items": 2,
    "done": 1,
    "label": {
        "run": "1"
    },
    "removed": [],
    "maintenance_left": false,
    "kept": "var/lockstep/interrupted"
}
exit 0
oldold 0
ROOT: Nothing had been interrupted.
Removed what a killed run had left: var/lockstep/stage/killed
Removed what a killed run had left: var/lockstep/stage/unfinished
exit 0
kept
ROOT: The interrupted run was undone (2 of 2 renames had been done): the site is as before.
exit 0
newold
{
    "status": "error",
    "exit_code": 7,
    "error": {
        "code": "locked",
        "message": "%s",
        "hint": %s
    }
}
exit 7
%A
exit 10
There is no directory "ROOT/none".
Give the Magento root with --root-dir=DIR.
exit 4
There is no option "--force".
"--help" tells the options.
exit 1
The PHP extension "lockstep" is not loaded (%s).
Load it for this run: %s
exit 4
