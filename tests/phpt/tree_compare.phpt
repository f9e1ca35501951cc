--TEST--
Tree: what differs between two scans, by hash and by stat
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Tree;

$root = scratch();
tree($root, ['same' => 's', 'content' => 'old', 'gone' => 'g', 'type' => 't', 'mode' => 'm', 'touched' => 'u', 'link' => '-> same']);
$before = Tree::scan($root, [], true);
echo count($before->compare(Tree::scan($root, [], true), true)), "\n";
file_put_contents("$root/content", 'new');
unlink("$root/gone");
unlink("$root/type");
mkdir("$root/type");
chmod("$root/mode", 0600);
touch("$root/touched", 1000000000);
unlink("$root/link");
symlink('mode', "$root/link");
file_put_contents("$root/added", '');
$after = Tree::scan($root, [], true);
foreach ([false, true] as $stat) {
    foreach ($before->compare($after, $stat) as $change) {
        echo $change['kind'], ' ', $change['path'], "\n";
    }
    echo "--\n";
}
?>
--EXPECT--
0
added added
content content
deleted gone
content link
meta mode
type type
--
meta .
added added
meta content
deleted gone
content link
meta mode
meta touched
type type
--
