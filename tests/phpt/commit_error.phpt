--TEST--
Commit: what cannot be committed leaves the site as it was
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\{Commit, Tree};

$root = scratch();
$state = 'var/lockstep';
tree($root, ['a' => 'old']);
Tree::privateDirectory("$root/var/lockstep/stage/1");
tree("$root/var/lockstep/stage/1", ['a' => 'new']);
$good = ['live' => 'a', 'staged' => 'var/lockstep/stage/1/a'];
$run = static fn(array $items) => static fn() => Commit::run($root, $state, 'var/lockstep/stage/1', $items, '');
thrown($run(['a']));
thrown($run([['live' => 'a']]));
thrown($run([['live' => 'a', 'staged' => 1]]));
thrown($run([['live' => "a\0", 'staged' => 'b']]));
thrown($run([$good, ['live' => '../a', 'staged' => 'b']]));
thrown($run([$good, ['live' => 'none', 'staged' => 'var/lockstep/stage/1/none']]));
thrown(fn() => Commit::run("$root/none", $state, 'x', [$good], ''));
thrown(fn() => Commit::revert($root, $state));
thrown(fn() => Commit::close($root, $state));
thrown(fn() => Commit::checkUndo($root, $state, 'undo'));
thrown(fn() => Commit::undo($root, $state, 'undo', ''));
thrown(fn() => Commit::undo($root, $state, "undo\0", ''));
Commit::run($root, $state, 'var/lockstep/stage/1', [$good], '');
Commit::close($root, $state, 'undo');
Commit::checkUndo($root, $state, 'undo');
rename("$root/a", "$root/b");
file_put_contents("$root/a", 'newer');
thrown(fn() => Commit::checkUndo($root, $state, 'undo'));
thrown(fn() => Commit::undo($root, $state, 'undo', ''));
echo file_get_contents("$root/a"), "\n";
rename("$root/b", "$root/a");
Commit::undo($root, $state, 'undo', '');
Commit::close($root, $state);
echo file_get_contents("$root/a"), ' ', Commit::pending($root, $state)['state'], "\n";
file_put_contents("$root/var/lockstep/journal", 'garbage');
thrown(fn() => Commit::pending($root, $state));
thrown(fn() => Commit::recover($root, $state));
?>
--EXPECTF--
TypeError: Lockstep\Commit::run(): Argument #4 ($items) must be a list of arrays with the strings "live" and "staged"
TypeError: Lockstep\Commit::run(): Argument #4 ($items) must be a list of arrays with the strings "live" and "staged"
TypeError: Lockstep\Commit::run(): Argument #4 ($items) must be a list of arrays with the strings "live" and "staged"
ValueError: Lockstep\Commit::run(): Argument #4 ($items) must contain only paths without null bytes
CoreException unsafe
CoreException not-found
CoreException not-found
CoreException %s
CoreException %s
CoreException not-found
CoreException not-found
ValueError: Lockstep\Commit::undo(): Argument #3 ($from) must not contain any null bytes
CoreException changed
CoreException changed
newer
old none
CoreException recovery
CoreException recovery
