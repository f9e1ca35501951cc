--TEST--
Site: packages that differ between two lock files
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Site;

$root = scratch();
$lock = static fn(array $packages): string => json_encode(['packages' => $packages, 'packages-dev' => []]);
file_put_contents("$root/before", $lock([
    ['name' => 'a/same', 'version' => '1.0', 'dist' => ['type' => 'zip', 'url' => 'u', 'reference' => 'r']],
    ['name' => 'a/up', 'version' => '1.0'],
    ['name' => 'a/gone', 'version' => '1.0', 'type' => 'composer-plugin'],
    ['name' => 'a/path', 'version' => 'dev-x', 'dist' => ['type' => 'path', 'url' => '../p', 'reference' => '1']],
]));
file_put_contents("$root/after", $lock([
    ['name' => 'a/same', 'version' => '1.0', 'dist' => ['type' => 'zip', 'url' => 'u', 'reference' => 'r']],
    ['name' => 'a/up', 'version' => '1.1'],
    ['name' => 'a/new', 'version' => '2.0', 'type' => 'magento2-module'],
    ['name' => 'a/path', 'version' => 'dev-x', 'dist' => ['type' => 'path', 'url' => '../p', 'reference' => '2']],
]));
foreach (Site::compareLocks("$root/before", "$root/after") as $change) {
    echo json_encode($change, JSON_UNESCAPED_SLASHES), "\n";
}
var_dump(Site::compareLocks("$root/after", "$root/after"));
?>
--EXPECT--
{"name":"a/gone","from":"1.0","to":"","reference_only":false,"type":"composer-plugin","path_package":false}
{"name":"a/new","from":"","to":"2.0","reference_only":false,"type":"magento2-module","path_package":false}
{"name":"a/path","from":"dev-x","to":"dev-x","reference_only":true,"type":"library","path_package":true}
{"name":"a/up","from":"1.0","to":"1.1","reference_only":false,"type":"library","path_package":false}
array(0) {
}
