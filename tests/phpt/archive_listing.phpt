--TEST--
Archive::listing(): the lines that tar prints, or JSON objects, in pieces
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Archive;

$root = scratch();
$key = str_repeat('k', 32);
$names = ["new\nline" => '1', "escape\e[31m" => '2', "latin1-\xe9" => '3', 'schön' => '4', 'quote"' => '5', 'back\\slash' => '6', "c1-\xc2\x9b" => '7', 'empty/' => '', 'link' => '-> a b', 'a b' => 'ab'];
tree("$root/site", array_combine(array_map(static fn ($name) => "dir/$name", array_keys($names)), $names));
link("$root/site/dir/schön", "$root/site/dir/zweiter Name");
chmod("$root/site/dir/a b", 06751);
chmod("$root/site/dir/empty", 01700);
touch("$root/site/dir/a b", -1);
touch("$root/site/dir/quote\"", 4102444799);
for ($i = 0; $i < 6000; $i++) {
    touch("$root/site/dir/empty/" . $i);
}
Archive::write("$root/t.tar.zst", "$root/site", '.', $key);

$pieces = [];
Archive::listing("$root/t.tar.zst", $key, static function (string $piece) use (&$pieces): void { $pieces[] = $piece; });
exec('LC_ALL=C.UTF-8 TZ=UTC tar --zstd -tvf ' . escapeshellarg("$root/t.tar.zst"), $lines);
echo count($pieces) > 1 ? 'pieces' : 'one piece', ', ', substr_count(implode($pieces), "\n"), " lines\n";
$ours = explode("\n", rtrim(implode($pieces), "\n"));
foreach (array_diff($ours, $lines) as $line) {
    echo "tar does not say: $line\n";
}

$json = '';
Archive::listing("$root/t.tar.zst", $key, static function (string $piece) use (&$json): void { $json .= $piece; }, 'dir', true);
$members = json_decode("[$json]", true, 8, JSON_THROW_ON_ERROR);
$expected = Archive::members("$root/t.tar.zst", $key, 'dir');
echo count($members) === count($expected) ? 'as many as members()' : count($members), "\n";
foreach ($members as $i => $member) {
    $path = str_replace("\xe9", "\u{FFFD}", $expected[$i]['path']);
    if ($path !== $member['path'] || octdec($member['mode']) !== $expected[$i]['mode']) {
        var_dump($member, $path);
    }
    if (in_array($member['path'], ['dir', 'dir/a b', 'dir/link', 'dir/zweiter Name', 'dir/quote"'], true)) {
        unset($member['uid'], $member['gid']);
        $member['mtime'] = in_array($member['path'], ['dir/a b', 'dir/quote"'], true) ? $member['mtime'] : strlen($member['mtime']);
        echo json_encode($member, JSON_UNESCAPED_SLASHES), "\n";
    }
}

foreach ([
    'thrown by the callback' => static fn () => Archive::listing("$root/t.tar.zst", $key, static function (): void { throw new LogicException('enough'); }),
    'another key' => static fn () => Archive::listing("$root/t.tar.zst", str_repeat('o', 32), static fn () => null),
    'no such member' => static fn () => Archive::listing("$root/t.tar.zst", $key, static fn () => null, 'none'),
    'no file' => static fn () => Archive::listing("$root/none.tar.zst", $key, static fn () => null),
    'key' => static fn () => Archive::listing("$root/t.tar.zst", 'short', static fn () => null),
] as $name => $call) {
    try {
        $call();
        echo "$name: nothing thrown\n";
    } catch (Throwable $e) {
        echo "$name: ", $e::class, $e instanceof Lockstep\CoreException ? ' ' . $e->getStatus() : ' ' . $e->getMessage(), "\n";
    }
}
?>
--EXPECT--
pieces, 6012 lines
as many as members()
{"path":"dir","type":"dir","mode":"0755","size":0,"mtime":30}
{"path":"dir/a b","type":"file","mode":"6751","size":2,"mtime":"1969-12-31T23:59:59.000000000Z","sha256":"fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603"}
{"path":"dir/link","type":"symlink","mode":"0777","size":0,"mtime":30,"link":"a b"}
{"path":"dir/quote\"","type":"file","mode":"0644","size":1,"mtime":"2099-12-31T23:59:59.000000000Z","sha256":"ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d"}
{"path":"dir/zweiter Name","type":"hardlink","mode":"0644","size":0,"mtime":30,"link":"dir/sch\u00f6n"}
thrown by the callback: LogicException enough
another key: Lockstep\CoreException unknown-key
no such member: Lockstep\CoreException not-found
no file: Lockstep\CoreException not-found
key: ValueError Lockstep\Archive::listing(): Argument #2 ($key) must be a key of 32 bytes
