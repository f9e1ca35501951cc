--TEST--
Database: a program's output becomes an archive, whose member becomes a program's input; secrets pass by a descriptor
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Archive;
use Lockstep\Database;
use Lockstep\Process;

$root = scratch();
$key = str_repeat('k', 32);
$sh = static fn(string $script): array => ['/bin/sh', '-c', $script];
$member = static fn(string $name, string ...$scripts): array => ['name' => $name, 'commands' => array_map($sh, $scripts), 'secret' => 'hush'];
$table = 'printf -- "\n-- Table structure for table \`t$I\`\n"';
$seen = [];
$done = Database::dump("$root/db.tar.zst", $key, [
    $member('db-sales.sql', "I=1; $table; cat /dev/fd/4; printf '\n-- Dump completed'"),
    $member('db.sql', "I=2; $table; sleep 0.2; echo -- Dump completed on some day", "I=3; $table; head -c 3000000 /dev/zero; echo; echo -- Dump completed"),
], ['PATH' => '/usr/bin:/bin'], 3, 3, 2, 'label', function (string $phase, int $tables, int $all) use (&$seen): void { $seen["$phase $tables/$all"] = true; });
echo json_encode(['stored_bytes' => $done['stored_bytes'] === filesize("$root/db.tar.zst"), 'sha256' => $done['sha256'] === hash_file('sha256', "$root/db.tar.zst")] + $done), "\n";
echo isset($seen['t2 2/3']) ? 'progress' : json_encode($seen), ' ', json_encode(Archive::verify("$root/db.tar.zst", $key)['ok']), ' ', Archive::label("$root/db.tar.zst", $key), "\n";
foreach (Archive::members("$root/db.tar.zst", $key) as $one) {
    echo $one['path'], ' ', $one['size'], ' ', decoct($one['mode']), "\n";
}
$poured = Database::pour("$root/db.tar.zst", $key, 'db-sales.sql', $sh("cat /dev/fd/4 - > $root/out"), ['PATH' => '/usr/bin:/bin'], 'psst', [], 1);
echo json_encode($poured), "\n", file_get_contents("$root/out"), "\n";
echo Process::run($sh('cat /dev/fd/4; ' . (getenv('USE_ZEND_ALLOC') === '0' ? 'echo 1' : 'ls /dev/fd/5 2>&1 | grep -c cannot')), ['PATH' => '/usr/bin:/bin'], secret: "also\n")['output']; // valgrind has descriptors of its own
thrown(fn() => Database::dump("$root/no.tar.zst", $key, [$member('db.sql', 'echo ERROR 1045 >&2; exit 2')], []));
thrown(fn() => Database::dump("$root/no.tar.zst", $key, [$member('db.sql', 'echo half')], []));
thrown(fn() => Database::dump("$root/no.tar.zst", $key, [$member('db.sql'), $member('db-sales.sql')], []));
thrown(fn() => Database::dump("$root/db.tar.zst", $key, [$member('db.sql', 'echo')], []));
thrown(fn() => Database::dump("$root/no.tar.zst", $key, [['name' => 'db.sql']], []));
thrown(fn() => Database::dump("$root/no.tar.zst", $key, [['name' => 'db.sql', 'commands' => ['x'], 'secret' => '']], []));
thrown(fn() => Database::dump("$root/no.tar.zst", $key, [['name' => 'db.sql', 'commands' => [[]], 'secret' => '']], []));
thrown(fn() => Database::dump("$root/no.tar.zst", 'short', [], []));
thrown(fn() => Database::pour("$root/db.tar.zst", $key, 'db.sql', $sh('echo ERROR 1064 >&2; exit 1'), []));
thrown(fn() => Database::pour("$root/db.tar.zst", $key, 'nothing.sql', $sh('cat'), []));
thrown(fn() => Database::pour("$root/db.tar.zst", str_repeat('x', 32), 'db.sql', $sh('cat'), []));
thrown(fn() => Database::dump("$root/no.tar.zst", $key, [$member('db.sql', 'sleep 60')], [], 0, 3, 0, '', fn() => throw new LogicException('stop')));
echo implode(' ', array_diff(scandir($root), ['.', '..'])), "\n";
?>
--EXPECT--
{"stored_bytes":true,"sha256":true,"members":2,"files":2,"bytes":3000176,"frames":7,"tables":3}
progress true label
db-sales.sql 57 600
db.sql 3000119 600
{"bytes":57,"definers":[]}
psst
-- Table structure for table `t1`
hush
-- Dump completed
also
1
CoreException child
CoreException child
CoreException invalid
CoreException exists
TypeError: Lockstep\Database::dump(): Argument #3 ($members) must be a list of arrays with name, commands and secret
TypeError: Lockstep\Database::dump(): Argument #3 ($members) must have lists of strings as commands
ValueError: Lockstep\Database::dump(): Argument #3 ($members) must not have an empty command
ValueError: Lockstep\Database::dump(): Argument #2 ($key) must be a key of 32 bytes
CoreException child
CoreException not-found
CoreException unknown-key
LogicException: stop
db.tar.zst out