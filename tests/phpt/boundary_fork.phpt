--TEST--
A fork has no part in the operations and programs of its parent
--EXTENSIONS--
lockstep
--SKIPIF--
<?php if (!function_exists('pcntl_fork')) die('skip pcntl is not there'); ?>
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\{Lock, Process, Tree};

$root = scratch();
slow_file("$root/slow", about_a_second());
$lock = Lock::acquire($root);
$program = Process::start(['/bin/sh', '-c', 'sleep 1; echo done'], []);
$child = 0;
$tree = Tree::scan($root, [], true, function () use (&$child, $program): void {
    if ($child === 0 && ($child = pcntl_fork()) === 0) {
        try {
            $program->wait();
        } catch (Lockstep\CoreException $e) {
            echo $e->getStatus(), "\n";
        }
        exit(3);
    }
});
pcntl_waitpid($child, $status);
echo pcntl_wexitstatus($status), ' ', $tree->count(), ' ', $program->wait()['output'];
echo child('try { Lockstep\Lock::acquire(' . var_export($root, true) . '); echo "FREE"; } catch (Lockstep\CoreException $e) { echo $e->getStatus(); }')['output'], "\n";
?>
--EXPECT--
invalid
3 2 done
locked
