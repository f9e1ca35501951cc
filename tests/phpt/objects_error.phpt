--TEST--
Objects of the core are neither made, copied nor serialized by scripts
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\{Lock, Process, Tree};

$root = scratch();
foreach ([Lock::class, Process::class, Tree::class] as $class) {
    thrown(fn() => new $class());
    thrown(fn() => (new ReflectionClass($class))->newInstanceWithoutConstructor());
}
foreach ([Lock::acquire($root), Process::start(['/bin/true'], []), Tree::scan($root)] as $object) {
    thrown(fn() => clone $object);
    thrown(fn() => serialize($object));
    thrown(function () use ($object) { $object->more = 1; });
}
?>
--EXPECT--
Error: Call to private Lockstep\Lock::__construct() from global scope
ReflectionException: Class Lockstep\Lock is an internal class marked as final that cannot be instantiated without invoking its constructor
Error: Call to private Lockstep\Process::__construct() from global scope
ReflectionException: Class Lockstep\Process is an internal class marked as final that cannot be instantiated without invoking its constructor
Error: Call to private Lockstep\Tree::__construct() from global scope
ReflectionException: Class Lockstep\Tree is an internal class marked as final that cannot be instantiated without invoking its constructor
Error: Trying to clone an uncloneable object of class Lockstep\Lock
Exception: Serialization of 'Lockstep\Lock' is not allowed
Error: Cannot create dynamic property Lockstep\Lock::$more
Error: Trying to clone an uncloneable object of class Lockstep\Process
Exception: Serialization of 'Lockstep\Process' is not allowed
Error: Cannot create dynamic property Lockstep\Process::$more
Error: Trying to clone an uncloneable object of class Lockstep\Tree
Exception: Serialization of 'Lockstep\Tree' is not allowed
Error: Cannot create dynamic property Lockstep\Tree::$more
