--TEST--
Tree::entry: the metadata of one entry of a scan
--EXTENSIONS--
lockstep
--FILE--
<?php
use Lockstep\Tree;

$root = sys_get_temp_dir() . '/lockstep-entry-' . getmypid();
mkdir($root);
file_put_contents("$root/file", 'four');
chmod("$root/file", 0640);
$tree = Tree::scan($root);
chmod("$root/file", 0777);
$entry = $tree->entry('file');
printf("%o %d %s %s\n", $entry['mode'], $entry['size'], var_export($entry['inode'] === fileinode("$root/file"), true), var_export(intdiv($entry['mtime'], 1000000000) === filemtime("$root/file"), true));
echo implode(' ', array_keys($entry)), "\n";
var_dump($tree->entry('absent'), $tree->entry('.')['mode'] === fileperms($root));
unlink("$root/file");
rmdir($root);
?>
--EXPECT--
100640 4 true true
mode uid gid size mtime inode
NULL
bool(true)
