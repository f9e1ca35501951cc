--TEST--
Process: behind the fence only the given directories can be written
--EXTENSIONS--
lockstep
--SKIPIF--
<?php if (!class_exists('Lockstep\Process') || Lockstep\Process::fence() === 'none' || getenv('USE_ZEND_ALLOC') === '0') die('skip this kernel, or valgrind, has no fence'); ?>
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Process;

$root = scratch();
tree($root, ['open/' => '', 'live/file' => 'live']);
$script = "echo 1 > $root/open/made; echo 2 > $root/live/made; rm $root/live/file; mv $root/live/file $root/live/moved; cat $root/live/file; echo null > /dev/null && echo done";
$result = Process::run(['/bin/sh', '-c', $script], ['PATH' => '/usr/bin:/bin'], null, ["$root/open"]);
echo $result['output'], "\n", implode(' ', array_diff(scandir("$root/live"), ['.', '..'])), ' ', implode(' ', array_diff(scandir("$root/open"), ['.', '..'])), "\n";
Process::run(['/bin/sh', '-c', "echo 2 > $root/live/made"], [], null, null);
echo file_exists("$root/live/made") ? 'without a fence it is written' : 'NOT WRITTEN', "\n";
var_dump(in_array(Process::fence(), ['landlock', 'namespace'], true), Process::fence() === Process::fence());
?>
--EXPECT--
livedone

file made
without a fence it is written
bool(true)
bool(true)
