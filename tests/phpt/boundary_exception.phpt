--TEST--
An exception in the callback cancels the operation and is passed on; nothing is left
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\{Archive, Process, Tree};

$root = scratch();
mkdir("$root/site");
mkdir("$root/backups");
slow_file("$root/site/slow");
$stop = static function (): void { throw new DomainException('stop'); };
$operations = [
    'scan' => static fn() => Tree::scan($root, [], true, $stop),
    'write' => static fn() => Archive::write("$root/backups/a.tar.zst", "$root/site", '.', str_repeat('k', 32), [], 3, 2, '', $stop),
    'output' => static fn() => Process::run(['/bin/sh', '-c', "echo on; sleep 60 & wait"], [], null, null, '', $stop, 0),
    'output, alive' => static fn() => Process::run(['/bin/sh', '-c', "trap '' TERM; echo \$\$ > $root/pid; echo on; sleep 60 & wait; sleep 60"], [], null, null, '', $stop, 0),
];
$before = held();
foreach ($operations as $name => $operation) {
    $started = microtime(true);
    echo $name, ': ';
    thrown($operation);
    echo microtime(true) - $started < 15 ? '' : "LATE\n";
    var_dump(held() == $before);
}
var_dump(array_diff(scandir("$root/backups"), ['.', '..']));
var_dump(is_dir('/proc/' . trim(file_get_contents("$root/pid"))));
?>
--EXPECT--
scan: DomainException: stop
bool(true)
write: DomainException: stop
bool(true)
output: DomainException: stop
bool(true)
output, alive: DomainException: stop
bool(true)
array(0) {
}
bool(false)
