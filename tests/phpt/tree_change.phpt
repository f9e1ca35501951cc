--TEST--
Tree: put, privateDirectory, copy, remove, sync
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Tree;

$root = scratch();
umask(0);
Tree::privateDirectory("$root/a/b/c/");
Tree::privateDirectory("$root/a/b/c");
foreach (['a', 'a/b', 'a/b/c'] as $path) {
    printf("%o\n", fileperms("$root/$path") & 07777);
}
Tree::put("$root/a/file", "one\0two");
Tree::put("$root/a/file", 'three');
Tree::put("$root/a/open", '', 0640);
printf("%s %o %o %d\n", file_get_contents("$root/a/file"), fileperms("$root/a/file") & 07777, fileperms("$root/a/open") & 07777, count(scandir("$root/a")) - 2);
symlink('file', "$root/a/link");
touch("$root/a/file", 1111111111);
Tree::copy("$root/a", "$root/copy");
Tree::copy("$root/a/file", "$root/single");
Tree::copy("$root/a/link", "$root/link");
clearstatcache();
printf("%s %s %d %o\n", file_get_contents("$root/copy/file"), readlink("$root/copy/link"), filemtime("$root/copy/file"), fileperms("$root/copy/b") & 07777);
printf("%s %s\n", file_get_contents("$root/single"), readlink("$root/link"));
Tree::sync($root);
Tree::sync("$root/single");
mkdir("$root/outside");
file_put_contents("$root/outside/kept", '');
symlink("$root/outside", "$root/copy/out");
Tree::remove("$root/copy");
Tree::remove("$root/./single");
Tree::remove("$root/link");
Tree::remove("$root/nothing");
Tree::remove("$root/no/such/directory");
echo implode(' ', array_diff(scandir($root), ['.', '..'])), ' ', count(scandir("$root/outside")) - 2, "\n";
?>
--EXPECT--
700
700
700
three 600 640 3
three file 1111111111 700
three file
a outside 1
