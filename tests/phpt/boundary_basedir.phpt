--TEST--
open_basedir holds for every path
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\{Archive, Commit, Lock, Merge, Site, Tree};

$root = scratch();
ini_set('open_basedir', $root);
foreach ([
    fn() => Tree::scan('/usr'),
    fn() => Tree::put('/tmp/lockstep-outside', ''),
    fn() => Tree::remove('/tmp/lockstep-outside'),
    fn() => Tree::privateDirectory('/tmp/lockstep-outside'),
    fn() => Tree::mirror('/usr', $root, []),
    fn() => Lock::acquire('/usr'),
    fn() => Site::read('/usr'),
    fn() => Commit::pending('/usr', 'var'),
    fn() => Merge::diff('/etc/passwd', null, 'x'),
    fn() => Archive::verify('/usr/x.tar.zst', str_repeat('k', 32)),
] as $operation) {
    thrown($operation);
}
Tree::put("$root/inside", 'x');
Tree::remove("$root/inside");
ini_set('open_basedir', '');
?>
--EXPECT--
CoreException access
CoreException access
CoreException access
CoreException access
CoreException access
CoreException access
CoreException access
CoreException access
CoreException access
CoreException access
