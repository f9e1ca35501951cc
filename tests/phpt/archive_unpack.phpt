--TEST--
Archive: a dist as Composer gets it is unpacked, its top directory stripped
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Archive;

$root = scratch();
tree("$root/tool-2.4.6", ['composer.json' => '{}', 'src/a.php' => '<?php']);
exec("cd $root && tar -czf dist.tar.gz tool-2.4.6");
mkdir("$root/to");
Archive::unpack("$root/dist.tar.gz", "$root/to");
echo file_get_contents("$root/to/composer.json"), file_get_contents("$root/to/src/a.php"), "\n";
exec("cd $root && tar -cf outside.tar -P ../" . basename($root) . "/tool-2.4.6/composer.json");
mkdir("$root/other");
thrown(fn() => Archive::unpack("$root/outside.tar", "$root/other"));
file_put_contents("$root/text.zip", 'no archive');
thrown(fn() => Archive::unpack("$root/text.zip", "$root/other"));
thrown(fn() => Archive::unpack("$root/none.zip", "$root/other"));
echo count(scandir("$root/other")) - 2, "\n";
?>
--EXPECT--
{}<?php
CoreException unsafe
CoreException format
CoreException not-found
0
