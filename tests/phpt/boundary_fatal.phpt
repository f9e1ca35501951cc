--TEST--
A fatal error in the callback (memory, time): the operation is taken back, then the error goes on
--EXTENSIONS--
lockstep
--SKIPIF--
<?php if (getenv('USE_ZEND_ALLOC') === '0') die('skip there is no memory limit without the Zend allocator'); ?>
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
$root = scratch();
mkdir("$root/site");
mkdir("$root/backups");
slow_file("$root/site/slow");
foreach (['memory_limit=16M' => '$eaten = str_repeat("x", 100000000);', 'max_execution_time=1' => 'while (true) { sqrt(2); }', 'memory_limit=17M' => 'Lockstep\\Tree::scan($root . "/site", [], true, function (): void { $eaten = str_repeat("x", 100000000); });'] as $limit => $code) {
    $ended = child('
        $root = ' . var_export($root, true) . ';
        $lock = Lockstep\\Lock::acquire($root);
        register_shutdown_function(function () use ($root): void { echo json_encode(["threads" => held()["threads"], "files" => count(scandir("$root/backups")) - 2]), "\\n"; });
        Lockstep\\Archive::write("$root/backups/a.tar.zst", "$root/site", ".", str_repeat("k", 32), [], 3, 2, "", function () use ($root): void { ' . $code . ' });
        echo "goes on";
    ', 0, ['-d', $limit, '-d', 'display_errors=1', '-d', 'html_errors=0']);
    echo preg_replace('/ in .*| \(tried.*/', '', $ended['output']), $ended['status'], "\n";
}
Lockstep\Lock::acquire($root)->release();
echo "free\n";
?>
--EXPECT--
Fatal error: Allowed memory size of 16777216 bytes exhausted
{"threads":1,"files":0}
255

Fatal error: Maximum execution time of 1 second exceeded
{"threads":1,"files":0}
255

Fatal error: Allowed memory size of 17825792 bytes exhausted
{"threads":1,"files":0}
255
free
