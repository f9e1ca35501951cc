--TEST--
Commit: run, close, revert, recover, probe
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\{Commit, Tree};

$root = scratch();
$state = 'var/lockstep';
$make = static function () use ($root): void {
    exec("rm -rf $root/*");
    tree($root, ['live/x' => 'old x', 'live/f' => 'old f', 'live/gone' => 'g']);
    Tree::privateDirectory("$root/var/lockstep/stage/1");
    tree("$root/var/lockstep/stage/1", ['x' => 'new x', 'f' => 'new f', 'added' => 'a']);
};
$items = [
    ['live' => 'live/x', 'staged' => 'var/lockstep/stage/1/x'],
    ['live' => 'live/f', 'staged' => 'var/lockstep/stage/1/f'],
    ['live' => 'live/added', 'staged' => 'var/lockstep/stage/1/added'],
    ['live' => 'live/gone', 'staged' => 'var/lockstep/stage/1/gone'],
];
$show = static function () use ($root): void {
    echo implode(' ', array_map(static fn(string $name): string => "$name=" . file_get_contents("$root/live/$name"), array_values(array_diff(scandir("$root/live"), ['.', '..'])))), "\n";
};
$make();
echo json_encode(Commit::pending($root, $state)), ' ', Commit::recover($root, $state), ' ', Commit::probe($root, 'live/x', 'var/lockstep/stage/1'), "\n";
Commit::run($root, $state, 'var/lockstep/stage/1', $items, '{"what":"test"}');
$show();
echo json_encode(Commit::pending($root, $state), JSON_UNESCAPED_SLASHES), ' ', Commit::recover($root, $state), "\n";
Commit::close($root, $state);
echo Commit::pending($root, $state)['state'], "\n";
$make();
Commit::run($root, $state, 'var/lockstep/stage/1', $items, '');
Commit::revert($root, $state);
$show();
echo Commit::pending($root, $state)['state'], "\n";
$make();
Commit::run($root, $state, 'var/lockstep/stage/1', $items, '');
mkdir("$root/var/lockstep/undo");
Commit::close($root, $state, 'undo/journal');
var_dump(file_exists("$root/var/lockstep/undo/journal"), file_exists("$root/var/lockstep/journal"));
Commit::checkUndo($root, $state, 'undo/journal');
Commit::undo($root, $state, 'undo/journal', '{"what":"undo"}');
$show();
echo Commit::pending($root, $state)['label'], "\n";
Commit::close($root, $state, 'undo/journal');
Commit::undo($root, $state, 'undo/journal', '{"what":"undo of the undo"}');
$show();
Commit::revert($root, $state);
$show();
symlink('live', "$root/link");
echo Commit::probe($root, 'link', 'var/lockstep/stage/1'), ' ', Commit::probe($root, 'live/absent', 'var/lockstep/stage/1'), "\n";
?>
--EXPECT--
{"state":"none","items":0,"done":0,"stage":null,"label":null} nothing ok
added=a f=new f x=new x
{"state":"committed","items":4,"done":4,"stage":"var/lockstep/stage/1","label":"{\"what\":\"test\"}"} finished
none
f=old f gone=g x=old x
none
bool(true)
bool(false)
f=old f gone=g x=old x
{"what":"undo"}
added=a f=new f x=new x
f=old f gone=g x=old x
symlink ok
