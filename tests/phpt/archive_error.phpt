--TEST--
Archive: damage is an answer of verify and an exception elsewhere; bad arguments
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Archive;

$root = scratch();
$key = str_repeat('k', 32);
tree("$root/site", ['a' => random_bytes(5000), 'b' => random_bytes(5000)]);
Archive::write("$root/a.tar.zst", "$root/site", '.', $key);
$good = file_get_contents("$root/a.tar.zst");
$damaged = [
    'flipped' => substr_replace($good, chr(ord($good[3000]) ^ 1), 3000, 1),
    'cut' => substr($good, 0, -20),
    'longer' => $good . 'x',
    'empty' => '',
    'text' => str_repeat('no archive ', 1000),
];
foreach ($damaged as $name => $bytes) {
    file_put_contents("$root/$name.tar.zst", $bytes);
    $verified = Archive::verify("$root/$name.tar.zst", $key);
    mkdir("$root/to-$name");
    try {
        Archive::extract("$root/$name.tar.zst", $key, "$root/to-$name");
        $extracted = 'extracted';
    } catch (Lockstep\CoreException $e) {
        $extracted = 'refused';
    }
    printf("%s: %s, %s, %s, %d left\n", $name, $verified['ok'] ? 'ok' : 'bad', count($verified['bad']) > 0 ? 'named' : 'not named', $extracted, count(scandir("$root/to-$name")) - 2);
}
echo Archive::verify("$root/a.tar.zst", str_repeat('x', 32))['status'], "\n";
thrown(fn() => Archive::members("$root/a.tar.zst", str_repeat('x', 32)));
thrown(fn() => Archive::verify("$root/none.tar.zst", $key));
thrown(fn() => Archive::members("$root/a.tar.zst", $key, 'none'));
thrown(fn() => Archive::extract("$root/a.tar.zst", $key, "$root/none"));
thrown(fn() => Archive::extract("$root/a.tar.zst", $key, "$root/site"));
thrown(fn() => Archive::write("$root/none/a.tar.zst", "$root/site", '.', $key));
thrown(fn() => Archive::write("$root/b.tar.zst", "$root/none", '.', $key));
thrown(fn() => Archive::write("$root/b.tar.zst", "$root/site", '../site', $key));
thrown(fn() => Archive::write("$root/b.tar.zst", "$root/site", 'none', $key));
thrown(fn() => Archive::write("$root/b.tar.zst", "$root/site", '.', 'short'));
thrown(fn() => Archive::write("$root/b.tar.zst", "$root/site", '.', $key, [], 0));
thrown(fn() => Archive::write("$root/b.tar.zst", "$root/site", '.', $key, [], 20));
thrown(fn() => Archive::write("$root/b.tar.zst", "$root/site", '.', $key, [], 3, -1));
thrown(fn() => Archive::write("$root/b.tar.zst", "$root/site", '.', $key, [1]));
thrown(fn() => Archive::write("$root/b.tar.zst", "$root/site", '.', $key, [], 3, 0, '', 'nothing'));
var_dump(file_exists("$root/b.tar.zst"));
?>
--EXPECT--
flipped: bad, named, refused, 0 left
cut: bad, named, refused, 0 left
longer: bad, named, refused, 0 left
empty: bad, named, refused, 0 left
text: bad, named, refused, 0 left
unknown-key
CoreException unknown-key
CoreException not-found
CoreException not-found
CoreException not-found
CoreException exists
CoreException not-found
CoreException not-found
CoreException unsafe
CoreException not-found
ValueError: Lockstep\Archive::write(): Argument #4 ($key) must be a key of 32 bytes
ValueError: Lockstep\Archive::write(): Argument #6 ($level) must be between 1 and 19
ValueError: Lockstep\Archive::write(): Argument #6 ($level) must be between 1 and 19
ValueError: Lockstep\Archive::write(): Argument #7 ($threads) must be between 0 and 1024
TypeError: Lockstep\Archive::write(): Argument #5 ($exclude) must be a list of strings
TypeError: Lockstep\Archive::write(): Argument #9 ($progress) must be a valid callback or null, function "nothing" not found or invalid function name
bool(false)
