--TEST--
Merge: customizations classified, carried, merged, in conflict; the diff
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Merge;

$root = scratch();
$lines = static fn(array $replace): string => implode('', array_map(static fn(int $n): string => ($replace[$n] ?? "line $n") . "\n", range(1, 20)));
tree("$root/pristine", ['same' => 's', 'both' => $lines([]), 'clash' => $lines([]), 'mine' => 'old', 'gone' => 'g', 'map.xml.dist' => "<map>\n</map>\n"]);
tree("$root/mine", ['same' => 's', 'both' => $lines([2 => 'mine']), 'clash' => $lines([2 => 'mine']), 'mine' => 'changed', 'map.xml.dist' => "<map>\n</map>\n", 'map.xml' => "<map>\n</map>\n", 'own.xml' => '<own/>']);
$release = ['same' => 'new', 'both' => $lines([19 => 'theirs']), 'clash' => $lines([2 => 'theirs']), 'mine' => 'old', 'gone' => 'g', 'map.xml.dist' => "<map>\n <new/>\n</map>\n"];
foreach (Merge::classify("$root/pristine", "$root/mine") as $custom) {
    echo $custom['kind'], ' ', $custom['path'], ' ', $custom['dist'] ?? '-', $custom['unedited'] ? ' unedited' : '', "\n";
}
tree("$root/release", $release);
$result = Merge::apply("$root/pristine", "$root/mine", "$root/release", '1.0', '2.0', "$root/conflicts");
foreach ($result['items'] as $item) {
    printf("%s %s %s\n", $item['outcome'], $item['path'], $item['reason'] === null ? '-' : 'with a reason');
}
echo $result['conflicts'], ' ', implode(' ', array_diff(scandir("$root/conflicts"), ['.', '..'])), "\n";
printf("%o\n", fileperms("$root/conflicts") & 07777);
tree("$root/resolved", ['clash' => $lines([2 => 'agreed'])]);
exec("rm -rf $root/release");
tree("$root/release", $release);
$result = Merge::apply("$root/pristine", "$root/mine", "$root/release", '1.0', '2.0', null, "$root/resolved");
foreach ($result['items'] as $item) {
    $now = is_file("$root/release/$item[path]") ? hash_file('sha256', "$root/release/$item[path]") : null;
    echo $item['sha256'] === $now ? '' : "WRONG $item[path]\n";
}
echo $result['conflicts'], ' ', strpos(file_get_contents("$root/release/clash"), 'agreed') !== false ? 'resolved' : 'not resolved', "\n";
exec("rm -rf $root/release");
tree("$root/release", $release);
$result = Merge::apply("$root/pristine", "$root/mine", "$root/release", '1.0', '2.0', null, null, 'mine', ['both', 'none']);
echo implode(' ', array_column(array_filter($result['items'], fn($item) => $item['outcome'] === 'conflict'), 'path')), "\n";
echo Merge::diff("$root/pristine/mine", "$root/mine/mine", 'mine');
echo Merge::diff(null, "$root/mine/own.xml", 'own.xml');
echo Merge::patch("$root/pristine", "$root/pristine")['text'];
file_put_contents("$root/mine/binary", "a\0b");
$patch = Merge::patch("$root/pristine", "$root/mine", 'vendor/');
echo implode(' ', $patch['left_out']), ' ', preg_match_all('~^diff --git a/vendor/\S+ b/vendor/\S+$~m', $patch['text']), "\n";
var_dump(Merge::diff("$root/none/x", null, 'x'), Merge::diff("$root/mine/same", "$root/pristine/same", 'same'));
?>
--EXPECTF--
modified both -
modified clash -
deleted gone -
added map.xml map.xml.dist unedited
modified mine -
added own.xml -
merged both -
conflict clash with a reason
deleted gone -
follows map.xml -
carried mine -
carried own.xml -
1 clash clash.base clash.mine clash.theirs
700
0 resolved
both clash
%A--- a/mine
+++ b/mine
@@ -1%S +1%S @@
-old
%A
+changed
%A+<own/>
%Abinary 6
string(0) ""
string(0) ""
