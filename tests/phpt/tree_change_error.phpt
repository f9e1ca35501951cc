--TEST--
Tree: changes that cannot be made
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Tree;

$root = scratch();
tree($root, ['file' => 'f', 'directory/x' => 'x']);
thrown(fn() => Tree::put("$root/none/file", ''));
thrown(fn() => Tree::put("$root/directory/..", ''));
thrown(fn() => Tree::put('/', ''));
thrown(fn() => Tree::put('', ''));
thrown(fn() => Tree::put("$root/f", '', -1));
thrown(fn() => Tree::put("$root/f", '', 010000));
thrown(fn() => Tree::copy("$root/none", "$root/to"));
thrown(fn() => Tree::copy("$root/file", "$root/directory"));
thrown(fn() => Tree::copy("$root/directory", "$root/file"));
thrown(fn() => Tree::copy("$root/file", "$root/none/to"));
thrown(fn() => Tree::privateDirectory("$root/file"));
thrown(fn() => Tree::privateDirectory("$root/file/below"));
thrown(fn() => Tree::remove("$root/."));
symlink('directory', "$root/link");
thrown(fn() => Tree::remove("$root/link/x"));
Tree::remove("$root/link");
thrown(fn() => Tree::sync("$root/none"));
thrown(fn() => Tree::adopt("$root/directory", "$root/none"));
echo file_get_contents("$root/file"), count(scandir($root)) - 2, "\n";
?>
--EXPECT--
CoreException not-found
CoreException invalid
CoreException invalid
CoreException invalid
ValueError: Lockstep\Tree::put(): Argument #3 ($mode) must be between 0 and 07777
ValueError: Lockstep\Tree::put(): Argument #3 ($mode) must be between 0 and 07777
CoreException not-found
CoreException exists
CoreException exists
CoreException not-found
CoreException unsafe
CoreException unsafe
CoreException invalid
CoreException unsafe
CoreException not-found
CoreException not-found
f2
