--TEST--
Platform: libraries, the kernel's calls, the free space
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Platform;

foreach (Platform::libraries() as $library) {
    echo $library['name'], preg_match('/\d\.\d|^\d{5}/', $library['version']) === 1 ? ' has a version' : ' HAS NONE', $library['error'], $library['hint'], "\n";
}
echo preg_match('/libgit2/', file_get_contents('/proc/self/maps')) === 1 ? "libgit2 was opened\n" : "LIBGIT2 IS NOT OPEN\n";
$kernel = Platform::kernel();
echo implode(' ', array_keys($kernel)), ' ', implode(' ', array_map('gettype', $kernel)), "\n";
if (getenv('USE_ZEND_ALLOC') !== '0' && version_compare(php_uname('r'), '5.6', '>=') && is_readable('/proc/self/status') && preg_match('/^Seccomp:\s*0/m', file_get_contents('/proc/self/status')) === 1) {
    echo $kernel['openat2'] && $kernel['rename_exchange'] ? "both\n" : "NOT BOTH\n";
} else {
    echo "both\n";
}
$space = Platform::space($root = scratch());
echo abs($space['bytes'] - disk_free_space($root)) < 1e9 ? "the same as PHP says\n" : "NOT WHAT PHP SAYS\n";
echo $space['inodes'] === null || $space['inodes'] > 0 ? "inodes\n" : "NO INODES\n";
thrown(fn() => Platform::space('/nowhere/at/all'));
thrown(fn() => Platform::space(''));
?>
--EXPECT--
libarchive has a version
libgit2 has a version
libzstd has a version
jansson has a version
libcrypto has a version
libxml2 has a version
libgit2 was opened
openat2 rename_exchange boolean boolean
both
the same as PHP says
inodes
CoreException not-found
CoreException invalid
