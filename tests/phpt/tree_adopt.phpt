--TEST--
Tree: a new tree takes the modes of the one it replaces
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Tree;

$root = scratch();
tree("$root/old", ['src/a.php' => '', 'bin/tool' => '', 'etc/map.xml' => '', 'link' => '-> src']);
tree("$root/new", ['src/a.php' => '', 'src/b.php' => '', 'bin/tool' => '', 'bin/other' => '', 'etc/new/deep.xml' => '', 'etc/run' => '', 'link' => '-> etc', 'fresh' => '-> src']);
exec("chmod -R 0700 $root/new");
chmod("$root/new/src/b.php", 0600);
chmod("$root/new/etc/new/deep.xml", 0600);
chmod("$root/old", 02755);
chmod("$root/old/src", 0750);
chmod("$root/old/src/a.php", 0640);
chmod("$root/old/bin", 0711);
chmod("$root/old/bin/tool", 0755);
chmod("$root/old/etc", 02775);
chmod("$root/old/etc/map.xml", 0664);
Tree::adopt("$root/old", "$root/new");
foreach (['.', 'src', 'src/a.php', 'src/b.php', 'bin', 'bin/tool', 'bin/other', 'etc', 'etc/new', 'etc/new/deep.xml', 'etc/run'] as $path) {
    printf("%04o %s\n", fileperms("$root/new/$path") & 07777, $path);
}
echo readlink("$root/new/link"), ' ', readlink("$root/new/fresh"), "\n";
Tree::adopt("$root/none", "$root/new");
Tree::adopt("$root/old/src/a.php", "$root/new/etc/run");
clearstatcache();
printf("%04o\n", fileperms("$root/new/etc/run") & 07777);
?>
--EXPECT--
2755 .
0750 src
0640 src/a.php
0640 src/b.php
0711 bin
0755 bin/tool
0755 bin/other
2775 etc
2775 etc/new
0664 etc/new/deep.xml
0755 etc/run
etc src
0640
