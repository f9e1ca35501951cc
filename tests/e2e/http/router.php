<?php

/**
 * A small repository server for php -S: serves the repository of $REPOSITORY, its file:// addresses rewritten to this server's.
 *
 * $CREDENTIALS ("user:password") are demanded where they are set. $HOSTILE names what a bad server does.
 */

declare(strict_types=1);

if (($credentials = (string)getenv('CREDENTIALS')) !== '' && ($_SERVER['PHP_AUTH_USER'] ?? '') . ':' . ($_SERVER['PHP_AUTH_PW'] ?? '') !== $credentials) {
    header('WWW-Authenticate: Basic realm="repository"', true, 401);
    exit('{"message": "no"}');
}
$directory = (string)getenv('REPOSITORY');
$path = (string)parse_url((string)$_SERVER['REQUEST_URI'], PHP_URL_PATH);
$file = realpath($directory . $path);
if ($file === false || !is_file($file) || !str_starts_with($file, "$directory/")) {
    http_response_code(404);
    exit('{"message": "not found"}');
}
if (basename($file) !== 'packages.json') {
    header('Content-Type: application/zip');
    readfile($file);
    exit;
}
$repository = json_decode(strtr((string)file_get_contents($file), ["file://$directory" => 'http://' . $_SERVER['HTTP_HOST']]), true);
foreach ($repository['packages']['magento/data-migration-tool'] ?? [] as $version => $package) {
    switch ((string)getenv('HOSTILE')) {
        case 'file':
            $package['dist'] = ['type' => 'zip', 'url' => "file://$directory/dist/magento-data-migration-tool-$version.zip"];
            break;
        case 'path':
            $package['dist'] = ['type' => 'path', 'url' => '/etc'];
            break;
        case 'ext':
            unset($package['dist']);
            $package['source'] = ['type' => 'git', 'url' => 'ext::sh -c touch% /tmp/lockstep-pwned', 'reference' => $version];
            break;
        case 'option':
            unset($package['dist']);
            $package['source'] = ['type' => 'hg', 'url' => '--config=alias.identify=!touch /tmp/lockstep-pwned', 'reference' => $version];
            break;
        case 'perforce':
            unset($package['dist']);
            $package['source'] = ['type' => 'perforce', 'url' => 'p4.example.invalid:1666;touch /tmp/lockstep-pwned', 'reference' => $version];
            break;
        case 'hash':
            $package['dist']['shasum'] = str_repeat('0', 40);
            break;
        case 'plugin':
            $package['require']['lockstep-fixture/hostile-plugin'] = '*';
            break;
        case 'becomes-plugin':
            $package['type'] = $version === '2.4.5' ? 'library' : 'composer-plugin';
            $package['extra'] = ['class' => 'Migration\Config'];
            break;
    }
    $repository['packages']['magento/data-migration-tool'][$version] = $package;
}
header('Content-Type: application/json');
echo json_encode($repository, JSON_UNESCAPED_SLASHES);
