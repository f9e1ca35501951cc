--TEST--
Site: versions that are none
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Site;

foreach (['', '--version=--foo', '2.4.6;id', '$(id)', "2.4.6\n", 'dev-master', '*', '>=2', "2.4.6\0", '2.4', '99999999999.0.0'] as $version) {
    thrown(fn() => Site::checkVersion($version));
}
thrown(fn() => Site::compareVersions('2.4.6', 'x'));
thrown(fn() => Site::resolve('--foo', ['2.4.6']));
thrown(fn() => Site::resolve('2.4.6', [246]));
thrown(fn() => Site::resolve("2.4.6\0", []));
thrown(fn() => Site::parseReleases(''));
thrown(fn() => Site::parseReleases('[]'));
thrown(fn() => Site::parseReleases('{"versions": "2.4.6"}'));
?>
--EXPECT--
CoreException invalid
CoreException invalid
CoreException invalid
CoreException invalid
CoreException invalid
CoreException invalid
CoreException invalid
CoreException invalid
CoreException invalid
CoreException invalid
CoreException invalid
CoreException invalid
CoreException invalid
TypeError: Lockstep\Site::resolve(): Argument #2 ($releases) must be a list of strings
ValueError: Lockstep\Site::resolve(): Argument #1 ($magento) must not contain any null bytes
CoreException invalid
CoreException invalid
CoreException invalid
