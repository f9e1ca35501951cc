--TEST--
Merge: bad arguments, absent trees, a resolution with markers left
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Merge;

$root = scratch();
tree("$root/a", ['x' => "1\n"]);
tree("$root/b", ['x' => "2\n"]);
tree("$root/c", ['x' => "3\n"]);
thrown(fn() => Merge::classify("$root/none", "$root/a"));
thrown(fn() => Merge::classify("$root/a", "$root/none"));
thrown(fn() => Merge::apply("$root/a", "$root/b", "$root/none", '1', '2'));
thrown(fn() => Merge::apply("$root/a", "$root/b", "$root/c", '1', '2', "$root/none/deep"));
thrown(fn() => Merge::apply("$root/a", "$root/b", "$root/c", '1', '2', null, "$root/none"));
thrown(fn() => Merge::apply("$root/a", "$root/b", "$root/c", '1', '2', null, null, 'theirs'));
tree("$root/resolved", ['x' => "<<<<<<< mine\n2\n=======\n3\n>>>>>>> theirs\n"]);
thrown(fn() => Merge::apply("$root/a", "$root/b", "$root/c", '1', '2', null, "$root/resolved"));
thrown(fn() => Merge::diff($root, null, 'x'));
thrown(fn() => Merge::diff("a\0", null, 'x'));
echo file_get_contents("$root/c/x");
?>
--EXPECT--
CoreException not-found
CoreException not-found
CoreException not-found
CoreException not-found
CoreException not-found
ValueError: Lockstep\Merge::apply(): Argument #8 ($onConflict) must be "stop", "new" or "mine"
CoreException invalid
CoreException invalid
ValueError: Lockstep\Merge::diff(): Argument #1 ($before) must not contain any null bytes
3
