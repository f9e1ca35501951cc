--TEST--
Tree: a scan is counted, listed and hashed
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Tree;

$root = scratch();
tree($root, ['a/one' => 'one', 'a.b' => 'two', 'a/z/deep' => '', 'empty/' => '', 'link' => '-> a/one', 'skip/x' => 'x', "name\n\xff" => 'odd']);
$tree = Tree::scan($root, ['skip'], true);
echo $tree->count(), ' ', $tree->bytes(), "\n";
echo json_encode($tree->paths(), JSON_INVALID_UTF8_SUBSTITUTE), "\n";
var_dump($tree->hash('a/one') === hash('sha256', 'one'), $tree->hash('a/z/deep') === hash('sha256', ''));
var_dump($tree->hash('link'), $tree->hash('a'), $tree->hash('nothing'));
var_dump(Tree::scan($root)->hash('a/one'));
var_dump(Tree::scan($root)->links() === ['link' => 'a/one'], Tree::scan($root, ['link'])->links());
?>
--EXPECT--
9 9
["a\/one","a\/z\/deep","a.b","link","name\n\ufffd"]
bool(true)
bool(true)
NULL
NULL
NULL
NULL
bool(true)
array(0) {
}
