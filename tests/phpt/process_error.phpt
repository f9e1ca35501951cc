--TEST--
Process: programs that cannot be started, bad arguments
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Process;

thrown(fn() => Process::run(['/nonexistent/program'], []));
thrown(fn() => Process::run([], []));
thrown(fn() => Process::run(['/bin/true', 1], []));
thrown(fn() => Process::run(['/bin/true', "a\0"], []));
thrown(fn() => Process::run(['/bin/true'], ['A' => 1]));
thrown(fn() => Process::run(['/bin/true'], ['A=B' => 'c']));
thrown(fn() => Process::run(['/bin/true'], ['' => 'c']));
thrown(fn() => Process::run(['/bin/true'], ['A' => "\0"]));
thrown(fn() => Process::run(['/bin/true'], [], '/nonexistent'));
thrown(fn() => Process::run(['/bin/true'], [], null, [3]));
thrown(fn() => Process::run(['/bin/true'], [], null, null, '', 'nothing'));
thrown(fn() => Process::run(['/bin/true'], [], null, null, '', null, -1));
thrown(fn() => Process::start(['/nonexistent/program'], []));
thrown(fn() => Process::start(['/bin/true'], [])->wait(null, -1));
echo json_encode(held()), "\n";
?>
--EXPECTF--
CoreException child
ValueError: Lockstep\Process::run(): Argument #1 ($command) must not be empty
TypeError: Lockstep\Process::run(): Argument #1 ($command) must be a list of strings
ValueError: Lockstep\Process::run(): Argument #1 ($command) must contain only strings without null bytes
TypeError: Lockstep\Process::run(): Argument #2 ($environment) must be a map of strings
ValueError: Lockstep\Process::run(): Argument #2 ($environment) must have keys that are not empty and contain no "="
ValueError: Lockstep\Process::run(): Argument #2 ($environment) must have keys that are not empty and contain no "="
ValueError: Lockstep\Process::run(): Argument #2 ($environment) must contain only strings without null bytes
CoreException child
TypeError: Lockstep\Process::run(): Argument #4 ($writable) must be a list of strings
TypeError: Lockstep\Process::run(): Argument #6 ($output) must be a valid callback or null, function "nothing" not found or invalid function name
ValueError: Lockstep\Process::run(): Argument #7 ($timeout) must be between 0 and 2147483647
CoreException child
ValueError: Lockstep\Process::wait(): Argument #2 ($timeout) must be between 0 and 2147483647
{"threads":1,"descriptors":%d}
