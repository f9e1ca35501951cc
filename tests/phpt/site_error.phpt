--TEST--
Site: no shop, broken files, bad arguments
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Site;

$root = scratch();
thrown(fn() => Site::read("$root/none"));
thrown(fn() => Site::read($root));
thrown(fn() => Site::read($root, '../vendor'));
thrown(fn() => Site::read($root, "v\0"));
foreach (['', '{', '[]', '{"packages": {}}', '{"packages": [], "packages": []}', '{"packages": [{"name": "../../x", "version": "1"}]}', '{"packages": [{"name": "a/b", "version": null}]}'] as $json) {
    file_put_contents("$root/composer.lock", $json);
    thrown(fn() => Site::read($root));
}
file_put_contents("$root/composer.lock", '{"packages": [], "packages-dev": []}');
thrown(fn() => Site::compareLocks("$root/composer.lock", "$root/other.lock"));
thrown(fn() => Site::compareLocks("$root/none/composer.lock", "$root/composer.lock"));
thrown(fn() => Site::compareLocks($root, $root));
?>
--EXPECT--
CoreException not-found
CoreException not-found
CoreException unsafe
ValueError: Lockstep\Site::read(): Argument #2 ($vendor) must not contain any null bytes
CoreException invalid
CoreException invalid
CoreException invalid
CoreException invalid
CoreException invalid
CoreException invalid
CoreException invalid
CoreException not-found
CoreException not-found
CoreException invalid
