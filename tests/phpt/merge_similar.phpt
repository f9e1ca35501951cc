--TEST--
Merge::similar: how much files have in common with one
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Merge;

$root = scratch();
tree($root, [
    'mine.xml' => "<map>\r\n\t<a/>\r\n\t<b/>\r\n</map>\r\n",
    'map.xml.dist' => "<map>\n    <a/>\n    <b/>\n</map>\n",
    'other.xml.dist' => "<other>\n</other>\n",
    'binary' => "a\0b",
]);
echo json_encode(Merge::similar("$root/mine.xml", $root, ['map.xml.dist', 'other.xml.dist', 'binary', 'absent'])), "\n";
echo json_encode(Merge::similar("$root/absent", $root, ['map.xml.dist'])), "\n";
echo json_encode(Merge::similar("$root/mine.xml", $root, [])), "\n";
thrown(fn() => Merge::similar("$root/mine.xml", "$root/none", ['map.xml.dist']));
thrown(fn() => Merge::similar("$root/none/mine.xml", $root, ['map.xml.dist']));
thrown(fn() => Merge::similar("$root/mine.xml", $root, [1]));
?>
--EXPECT--
[1000,0,-1,-1]
[-1]
[]
CoreException not-found
CoreException not-found
TypeError: Lockstep\Merge::similar(): Argument #3 ($paths) must be a list of strings
