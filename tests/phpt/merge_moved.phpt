--TEST--
Merge::moved: where files of one release are in another one
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Merge;

$root = scratch();
$map = static fn(string $name): string => "<map>\n    <ignore>\n        <document>$name</document>\n    </ignore>\n</map>\n";
tree("$root/old", ['etc/ce-to-ce/map.xml' => $map('one'), 'etc/ce-to-ce/other.xml' => $map('two'), 'etc/gone.xml' => "<gone>\n    <all/>\n</gone>\n", 'same' => "s\n"]);
tree("$root/new", ['etc/os-to-os/map.xml' => $map('one'), 'etc/os-to-os/other.xml' => $map('two'), 'same' => "changed\n"]);
echo json_encode(Merge::moved("$root/old", "$root/new", ['etc/ce-to-ce/map.xml', 'etc/gone.xml', 'same', 'never']), JSON_UNESCAPED_SLASHES), "\n";
thrown(fn() => Merge::moved("$root/none", "$root/new", []));
thrown(fn() => Merge::moved("$root/old", "$root/new", ['a' => 1]));
?>
--EXPECT--
["etc/os-to-os/map.xml",null,"same",null]
CoreException not-found
TypeError: Lockstep\Merge::moved(): Argument #3 ($paths) must be a list of strings
