--TEST--
The module: its version, its classes, what it runs with
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
$extension = new ReflectionExtension('lockstep');
echo $extension->getVersion(), "\n";
echo implode("\n", $extension->getClassNames()), "\n";
foreach ($extension->getClasses() as $class) {
    echo $class->getShortName(), $class->isFinal() ? ' is final' : ' is open', $class->isInstantiable() ? '' : ', made by its own methods only', "\n";
}
ob_start();
$extension->info();
$info = ob_get_clean();
foreach (['Version', 'libarchive', 'libzstd', 'jansson', 'libcrypto', 'libxml2', 'libgit2', 'Write fence', 'CPUs'] as $row) {
    echo preg_match("/^$row => .*\d|^$row => (Landlock|none)/m", $info) === 1 ? '' : "no row $row in $info\n";
}
echo strpos(file_get_contents('/proc/self/maps'), 'libgit2') === false ? "libgit2 is not open\n" : "libgit2 was opened\n";
echo child('echo preg_match("/libarchive|libgit2/", file_get_contents("/proc/self/maps")) === 0 ? "nor is libarchive" : "OPENED";')['output'], "\n";
?>
--EXPECTF--
%d.%d.%d
Lockstep\CoreException
Lockstep\Archive
Lockstep\Commit
Lockstep\Database
Lockstep\Lock
Lockstep\Merge
Lockstep\Platform
Lockstep\Process
Lockstep\Site
Lockstep\Tree
CoreException is final
Archive is final
Commit is final
Database is final
Lock is final, made by its own methods only
Merge is final
Platform is final
Process is final, made by its own methods only
Site is final
Tree is final, made by its own methods only
libgit2 is not open
nor is libarchive
