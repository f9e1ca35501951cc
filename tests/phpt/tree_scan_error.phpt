--TEST--
Tree: bad arguments of a scan
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Tree;

$root = scratch();
$tree = Tree::scan($root);
thrown(fn() => Tree::scan("$root/none"));
thrown(fn() => Tree::scan(''));
thrown(fn() => Tree::scan("$root\0"));
thrown(fn() => Tree::scan($root, ['a', 3]));
thrown(fn() => Tree::scan($root, ["a\0b"]));
thrown(fn() => Tree::scan($root, [], false, 'no_such_function'));
thrown(fn() => $tree->hash("a\0"));
thrown(fn() => $tree->compare(new stdClass()));
thrown(fn() => $tree->count(1));
?>
--EXPECT--
CoreException not-found
CoreException invalid
ValueError: Lockstep\Tree::scan(): Argument #1 ($root) must not contain any null bytes
TypeError: Lockstep\Tree::scan(): Argument #2 ($exclude) must be a list of strings
ValueError: Lockstep\Tree::scan(): Argument #2 ($exclude) must contain only strings without null bytes
TypeError: Lockstep\Tree::scan(): Argument #4 ($progress) must be a valid callback or null, function "no_such_function" not found or invalid function name
ValueError: Lockstep\Tree::hash(): Argument #1 ($path) must not contain any null bytes
TypeError: Lockstep\Tree::compare(): Argument #1 ($after) must be of type Lockstep\Tree, stdClass given
ArgumentCountError: Lockstep\Tree::count() expects exactly 0 arguments, 1 given
