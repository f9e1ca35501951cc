--TEST--
exit() in the callback: the operation is taken back, then the script ends as it asked
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
$root = scratch();
mkdir("$root/site");
mkdir("$root/backups");
slow_file("$root/site/slow");
$ended = child('
    $root = ' . var_export($root, true) . ';
    $lock = Lockstep\\Lock::acquire($root);
    register_shutdown_function(function (): void { echo json_encode(["threads" => held()["threads"]]), "\\n"; });
    Lockstep\\Archive::write("$root/backups/a.tar.zst", "$root/site", ".", str_repeat("k", 32), [], 3, 2, "", function (): void { echo "exit\\n"; exit(5); });
    echo "goes on";
');
echo $ended['output'], $ended['status'], "\n";
var_dump(array_diff(scandir("$root/backups"), ['.', '..']));
Lockstep\Lock::acquire($root)->release();
echo "free\n";
?>
--EXPECT--
exit
{"threads":1}
5
array(0) {
}
free
