--TEST--
Archive: written, verified, listed, unpacked
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Archive;

$root = scratch();
$key = str_repeat('k', 32);
tree("$root/site", ['vendor/tool/a' => 'aaa', 'vendor/tool/d/b' => str_repeat('b', 300000), 'vendor/tool/empty/' => '', 'vendor/tool/link' => '-> a', 'vendor/other' => 'no', 'vendor/tool/skip/x' => 'x']);
chmod("$root/site/vendor/tool/a", 0640);
touch("$root/site/vendor/tool/a", 1234567890);
$written = Archive::write("$root/t.tar.zst", "$root/site", 'vendor/tool', $key, ['vendor/tool/skip'], 3, 2, '{"magento":"2.4.6"}');
echo implode(' ', array_keys($written)), "\n";
var_dump($written['files'], $written['bytes'], $written['stored_bytes'] === filesize("$root/t.tar.zst"), $written['sha256'] === hash_file('sha256', "$root/t.tar.zst"), $written['warnings']);
printf("%o %d\n", fileperms("$root/t.tar.zst") & 07777, count(scandir($root)) - 2);
$verified = Archive::verify("$root/t.tar.zst", $key, 1);
echo json_encode(['members' => $verified['members'] === $written['members']] + $verified), "\n";
echo Archive::label("$root/t.tar.zst", $key), "\n";
foreach (Archive::members("$root/t.tar.zst", $key) as $member) {
    printf("%s %s %o %d %s %s\n", $member['type'], $member['path'], $member['mode'], $member['size'], $member['link'] ?? '-', $member['sha256'] === null ? '-' : substr($member['sha256'], 0, 8));
}
echo count(Archive::members("$root/t.tar.zst", $key, 'vendor/tool/d')), ' ', Archive::members("$root/t.tar.zst", $key, 'vendor/tool/a')[0]['mtime'], "\n";
mkdir("$root/whole");
$extracted = Archive::extract("$root/t.tar.zst", $key, "$root/whole");
echo json_encode(['members' => $extracted['members'] === $written['members']] + $extracted), "\n";
printf("%s %o %d %s\n", file_get_contents("$root/whole/vendor/tool/a"), fileperms("$root/whole/vendor/tool/a") & 07777, filemtime("$root/whole/vendor/tool/a"), readlink("$root/whole/vendor/tool/link"));
mkdir("$root/one");
Archive::extract("$root/t.tar.zst", $key, "$root/one", 'vendor/tool/d', true);
echo implode(' ', array_diff(scandir("$root/one"), ['.', '..'])), ' ', filesize("$root/one/b"), "\n";
exec('tar --zstd -tf ' . escapeshellarg("$root/t.tar.zst") . ' 2>&1', $lines, $status);
echo $status, ' ', count($lines) === $written['members'] ? 'as many members for tar' : implode("\n", $lines), "\n";
$again = static fn (?string $parent, string $otherKey = ''): array => Archive::write("$root/again.tar.zst", "$root/site", 'vendor/tool', $otherKey ?: $key, ['vendor/tool/skip'], 3, 2, '', null, $parent, $written['sha256']);
$patterned = Archive::write("$root/patterned.tar.zst", "$root/site", '.', $key, [], 3, 0, '', null, null, '', ['*ther', 'skip/']);
echo implode(' ', array_column(Archive::members("$root/patterned.tar.zst", $key), 'path')), "\n";
echo implode(' ', Archive::leftOut("$root/site", '.', ['vendor/tool/skip'], ['*ther', 'skip/'])), ' | ', implode(' ', Archive::leftOut("$root/site", 'vendor/tool', [], ['/vendor/tool/s*'])), "\n";
foreach ([["$root/t.tar.zst"], [null], ["$root/none.tar.zst"], ["$root/t.tar.zst", str_repeat('o', 32)]] as $arguments) {
    $result = $again(...$arguments);
    printf("%d of %d frames reused, %d reread; no parent: %s\n", $result['frames_reused'], $result['frames'], $result['frames_reread'], $result['no_parent'] ?? '-');
    unlink("$root/again.tar.zst");
}
?>
--EXPECTF--
members files bytes stored_bytes frames frames_reused frames_reread sha256 warnings no_parent
int(2)
int(300003)
bool(true)
bool(true)
array(0) {
}
600 2
{"members":true,"ok":true,"status":"ok","bytes":%d,"label":"{\"magento\":\"2.4.6\"}","bad":[]}
{"magento":"2.4.6"}
%Adir vendor/tool 755 0 - -
file vendor/tool/a 640 3 - 9834876d
dir vendor/tool/d 755 0 - -
file vendor/tool/d/b 644 300000 - %x
dir vendor/tool/empty 755 0 - -
symlink vendor/tool/link 777 %d a -
2 1234567890000000000
{"members":true,"files":2,"bytes":300003,"warnings":[],"needed":%d,"free":%d}
aaa 640 1234567890 a
b 300000
0 as many members for tar
vendor vendor/tool vendor/tool/a vendor/tool/d vendor/tool/d/b vendor/tool/empty vendor/tool/link
vendor/other | vendor/tool/skip
3 of 4 frames reused, 3 reread; no parent: -
0 of 4 frames reused, 0 reread; no parent: -
0 of 4 frames reused, 0 reread; no parent: the archive cannot be opened: No such file or directory
0 of 4 frames reused, 0 reread; no parent: the archive was authenticated with another key than this site's
