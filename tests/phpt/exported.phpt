--TEST--
Only the module's entry point is exported
--EXTENSIONS--
lockstep
--SKIPIF--
<?php if (shell_exec('command -v nm') === null) die('skip nm is not installed'); ?>
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
exec('nm -D --defined-only ' . escapeshellarg(ini_get('extension_dir') . '/lockstep.so'), $lines, $status);
echo $status, "\n";
foreach ($lines as $line) {
    echo preg_replace('/^\S+ /', '', $line), "\n";
}
?>
--EXPECT--
0
T get_module
