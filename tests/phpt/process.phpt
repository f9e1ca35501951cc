--TEST--
Process: output, status, input, environment, directory, time limit, run beside
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Process;

$root = scratch();
$sh = static fn(string $script): array => ['/bin/sh', '-c', $script];
$result = Process::run($sh('echo out; echo err >&2; exit 3'), []);
echo json_encode(['seconds' => is_float($result['seconds'])] + $result), "\n";
putenv('INHERITED=1');
echo implode("\n", preg_grep('/^(A|X1|12|INHERITED|PATH)=/', explode("\n", Process::run(['/usr/bin/env'], ['A' => 'b c', 'X1' => '=', '12' => 'digits'])['output']))), "\n";
echo Process::run(['/bin/cat'], [], null, null, "in\0put")['output'] === "in\0put" ? 'input' : 'NO INPUT', ' ', trim(Process::run(['/bin/pwd'], [], $root)['output']) === realpath($root) ? 'directory' : 'WRONG', "\n";
echo strlen(Process::run($sh('head -c 3000000 /dev/zero; head -c 1000000 /dev/zero >&2'), [])['output']), "\n";
echo Process::run($sh('kill -9 $$'), [])['status'], ' ', Process::run(['/bin/cat'], [])['output'] === '' ? 'empty input' : 'INPUT', "\n";
$chunks = ['', ''];
$result = Process::run($sh('for i in 1 2 3; do echo $i; echo e$i >&2; sleep 0.1; done'), [], null, null, '', function (string $chunk, bool $isError) use (&$chunks): void { $chunks[(int) $isError] .= $chunk; });
var_dump($chunks[0] === $result['output'], $chunks[1] === $result['errors'], $result['output']);
$started = microtime(true);
$result = Process::run($sh('echo early; sleep 30 & sleep 30'), [], null, null, '', null, 1);
echo $result['status'], ' ', $result['output'], microtime(true) - $started < 8 ? 'in time' : 'LATE', "\n";
$first = Process::start($sh('sleep 0.3; echo first'), []);
$second = Process::start($sh('echo second; exit 7'), []);
echo $second->wait()['status'], ' ', $first->wait()['output'];
thrown(fn() => $first->wait());
$pid = (int) Process::run($sh('sleep 60 >/dev/null 2>&1 & echo $!'), [])['output'];
$left = Process::start($sh('echo $$ > ' . "$root/pid" . '; sleep 60'), []);
while (!is_file("$root/pid") || ($pid = (int) file_get_contents("$root/pid")) === 0) {
    usleep(1000);
}
unset($left);
echo is_dir("/proc/$pid") ? 'the program runs on' : 'ended with its object', "\n";
echo in_array(Process::fence(), ['landlock', 'namespace', 'none'], true) ? 'fence' : '', "\n";
?>
--EXPECT--
{"seconds":true,"status":3,"output":"out\n","errors":"err\n"}
A=b c
X1==
12=digits
input directory
3000000
137 empty input
bool(true)
bool(true)
string(6) "1
2
3
"
124 early
in time
7 first
CoreException invalid
ended with its object
fence
