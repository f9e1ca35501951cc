--TEST--
The time limit ends an operation that calls nothing
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
$root = scratch();
slow_file("$root/slow", 1 << 40);
$started = microtime(true);
$ended = child('
    register_shutdown_function(function (): void { echo held()["threads"], "\\n"; });
    Lockstep\\Tree::scan(' . var_export($root, true) . ', [], true);
    echo "goes on";
', 0, ['-d', 'max_execution_time=1', '-d', 'display_errors=1', '-d', 'html_errors=0']);
echo preg_replace('/ in .*/', '', $ended['output']), $ended['status'], ' ', microtime(true) - $started < 20 ? 'in time' : 'LATE', "\n";
?>
--EXPECT--
Fatal error: Maximum execution time of 1 second exceeded
1
255 in time
