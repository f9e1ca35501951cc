--TEST--
Only the module's entry point is exported; nothing of the core or of libarchive is missing
--EXTENSIONS--
lockstep
--SKIPIF--
<?php if (shell_exec('command -v nm') === null || getenv('USE_ZEND_ALLOC') === '0') die('skip nm is not installed, or valgrind would trace it'); ?>
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
$module = escapeshellarg(ini_get('extension_dir') . '/lockstep.so');
exec("nm -D --defined-only $module", $exported, $status);
echo $status, "\n";
foreach ($exported as $line) {
    echo preg_replace('/^\S+ /', '', $line), "\n";
}
exec("nm -D --undefined-only $module", $wanted);
echo count($wanted) > 50 ? 'it wants much of others' : 'IT WANTS NOTHING', "\n", implode("\n", preg_grep('/ (lks_|php_lks_|archive_|git_)/', $wanted));
exec("objdump -p $module | grep NEEDED", $needed);
echo preg_replace('/ +NEEDED +/', '', implode(' ', preg_grep('/archive|git2/', $needed)));
?>
--EXPECT--
0
T get_module
it wants much of others
