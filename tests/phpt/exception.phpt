--TEST--
CoreException tells status, path and hint; one made by a script is empty
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\{CoreException, Tree};

try {
    Tree::scan('/nonexistent/lockstep');
} catch (CoreException $e) {
    var_dump($e->getStatus(), $e->getCode(), $e->getMessage() !== '', $e->getPath(), $e instanceof RuntimeException, $e->getLine() > 0);
    var_dump(is_string($e->getHint()), get_object_vars($e));
}
$own = new CoreException('mine', 3);
var_dump($own->getMessage(), $own->getCode(), $own->getStatus(), $own->getPath(), $own->getHint());
?>
--EXPECT--
string(9) "not-found"
int(-3)
bool(true)
string(21) "/nonexistent/lockstep"
bool(true)
bool(true)
bool(true)
array(0) {
}
string(4) "mine"
int(3)
string(0) ""
string(0) ""
string(0) ""
