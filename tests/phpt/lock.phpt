--TEST--
Lock: one holder at a time, released by release, with the object, and when the process is killed
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Lock;

$root = scratch();
$try = 'try { Lockstep\Lock::acquire(' . var_export($root, true) . '); echo "free"; } catch (Lockstep\CoreException $e) { echo $e->getStatus(); }';
$lock = Lock::acquire($root);
echo child($try)['output'], "\n";
$lock->release();
$lock->release();
echo child($try)['output'], "\n";
$lock = Lock::acquire($root);
unset($lock);
echo child($try)['output'], "\n";
$killed = child('$lock = Lockstep\Lock::acquire(' . var_export($root, true) . '); echo "ready\n"; sleep(20);', 9);
echo $killed['status'], ' ', child($try)['output'], "\n";
mkdir("$root/real");
symlink("$root/real", "$root/link");
$lock = Lock::acquire("$root/link");
echo child(str_replace($root, "$root/real", $try))['output'], "\n";
echo count(scandir("$root/real")) - 2, " files left\n";
?>
--EXPECT--
locked
free
free
-9 free
locked
0 files left
