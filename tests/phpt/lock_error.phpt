--TEST--
Lock: bad arguments, no such directory
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Lock;

thrown(fn() => Lock::acquire());
thrown(fn() => Lock::acquire([]));
thrown(fn() => Lock::acquire("a\0b"));
thrown(fn() => Lock::acquire(''));
thrown(fn() => Lock::acquire('/nonexistent/lockstep'));
thrown(fn() => Lock::acquire(__FILE__));
?>
--EXPECT--
ArgumentCountError: Lockstep\Lock::acquire() expects exactly 1 argument, 0 given
TypeError: Lockstep\Lock::acquire(): Argument #1 ($root) must be of type string, array given
ValueError: Lockstep\Lock::acquire(): Argument #1 ($root) must not contain any null bytes
CoreException invalid
CoreException not-found
CoreException not-found
