--TEST--
Site: what composer.lock and installed.json say
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Site;

$root = scratch();
$packages = [
    ['name' => 'magento/product-community-edition', 'version' => '2.4.6-p3', 'type' => 'metapackage'],
    ['name' => 'magento/data-migration-tool', 'version' => '2.4.5', 'type' => 'magento2-module', 'dist' => ['type' => 'zip', 'url' => 'https://repo.example/tool.zip', 'reference' => 'abc', 'shasum' => '0123456789012345678901234567890123456789']],
];
$installed = $packages;
$installed[1]['install-path'] = '../magento/data-migration-tool';
$installed[] = ['name' => 'dev/only', 'version' => '1.0', 'type' => 'library', 'install-path' => '../dev/only'];
tree($root, [
    'composer.json' => json_encode(['require' => ['magento/data-migration-tool' => '^2.4']]),
    'composer.lock' => json_encode(['packages' => $packages, 'packages-dev' => [['name' => 'dev/only', 'version' => '1.0']]]),
    'vendor/composer/installed.json' => json_encode(['packages' => $installed, 'dev' => true, 'dev-package-names' => ['dev/only']]),
    'vendor/magento/data-migration-tool/composer.json' => '{}',
]);
$site = Site::read($root);
echo json_encode($site['magento'], JSON_UNESCAPED_SLASHES), "\n", json_encode($site['tool'], JSON_UNESCAPED_SLASHES), "\n";
var_dump($site['dev_installed']);
foreach ($site['packages'] as $package) {
    echo json_encode($package, JSON_UNESCAPED_SLASHES), "\n";
}
?>
--EXPECT--
{"edition":"community","version":"2.4.6-p3","source":"vendor/composer/installed.json: magento/product-community-edition"}
{"installed":true,"version":"2.4.5","path":"vendor/magento/data-migration-tool","constraint":"^2.4","section":"require"}
bool(true)
{"name":"dev/only","version":"1.0","type":"library","path":"vendor/dev/only","reference":"","dist_type":"","dist_url":"","dist_shasum":"","dev":true,"installed":true,"locked":true}
{"name":"magento/data-migration-tool","version":"2.4.5","type":"magento2-module","path":"vendor/magento/data-migration-tool","reference":"abc","dist_type":"zip","dist_url":"https://repo.example/tool.zip","dist_shasum":"0123456789012345678901234567890123456789","dev":false,"installed":true,"locked":true}
{"name":"magento/product-community-edition","version":"2.4.6-p3","type":"metapackage","path":null,"reference":"","dist_type":"","dist_url":"","dist_shasum":"","dev":false,"installed":true,"locked":true}
