--TEST--
Tree: plans that are none
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Tree;

$root = scratch();
mkdir("$root/stage");
thrown(fn() => Tree::mirror($root, "$root/stage", ['a' => 'symlink']));
thrown(fn() => Tree::mirror($root, "$root/stage", ['a' => 1]));
thrown(fn() => Tree::mirror($root, "$root/stage", ["a\0" => 'copy']));
thrown(fn() => Tree::mirror($root, "$root/stage", ['../a' => 'copy']));
thrown(fn() => Tree::mirror($root, "$root/none", []));
thrown(fn() => Tree::mirror("$root/none", "$root/stage", []));
?>
--EXPECT--
ValueError: Lockstep\Tree::mirror(): Argument #3 ($plan) must contain only "copy", "open", "split", "empty", "link" and "absent"
TypeError: Lockstep\Tree::mirror(): Argument #3 ($plan) must be a map of strings
ValueError: Lockstep\Tree::mirror(): Argument #3 ($plan) must have keys without null bytes
CoreException unsafe
CoreException not-found
CoreException not-found
