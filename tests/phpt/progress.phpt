--TEST--
Progress: what the callback gets while a long operation runs
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Tree;

$root = scratch();
slow_file("$root/slow", about_a_second());
$calls = 0;
$kinds = [];
$bytes = 0;
$order = true;
$tree = Tree::scan($root, [], true, function (...$arguments) use (&$calls, &$kinds, &$bytes, &$order): string {
    $calls++;
    $kinds[implode(' ', array_map('get_debug_type', $arguments))] = true;
    $order = $order && $arguments[3] >= $bytes;
    $bytes = $arguments[3];

    return 'is not looked at';
});
var_dump($calls > 0, array_keys($kinds), $order, $tree->count());
final class Bar
{
    public function __call(string $name, array $arguments): void
    {
        $GLOBALS['magic'] = $name . count($arguments);
    }
}
Tree::scan($root, [], true, [new Bar(), 'advance']);
echo $magic, "\n";
?>
--EXPECT--
bool(true)
array(1) {
  [0]=>
  string(22) "string int int int int"
}
bool(true)
int(2)
advance5
