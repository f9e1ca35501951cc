--TEST--
Tree: the mirror of a shop with its plan
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Tree;

$root = scratch();
tree("$root/live", ['composer.json' => '{}', 'vendor/a/b/file' => 'b', 'vendor/a/c/file' => 'c', 'vendor/composer/x.php' => 'x', 'var/cache/y' => 'y', 'app/etc/env.php' => 'e', 'lib/z' => 'z']);
mkdir("$root/stage", 0700);
Tree::mirror("$root/live", "$root/stage", ['composer.json' => 'copy', 'vendor' => 'split', 'vendor/a' => 'split', 'vendor/a/b' => 'copy', 'vendor/composer' => 'copy', 'var' => 'empty', 'app' => 'split', 'app/etc' => 'open', 'lib' => 'absent', '12' => 'empty', 'none' => 'copy']);
$paths = ['composer.json', 'vendor', 'vendor/a/b', 'vendor/a/b/file', 'vendor/a/c', 'vendor/composer/x.php', 'var', 'app/etc/env.php', 'lib', '12', 'none'];
foreach ($paths as $path) {
    $full = "$root/stage/$path";
    echo $path, ' ', is_link($full) ? str_replace($root, '', readlink($full)) : (file_exists($full) ? filetype($full) : 'absent'), "\n";
}
echo count(scandir("$root/stage/var")) - 2, "\n";
?>
--EXPECT--
composer.json file
vendor dir
vendor/a/b dir
vendor/a/b/file file
vendor/a/c /live/vendor/a/c
vendor/composer/x.php file
var dir
app/etc/env.php file
lib absent
12 dir
none absent
0
