<?php

/** Makes the sample shop: php tests/site/make.php [--kind=NAME] [--repository=DIR] [--copy-package] DIR */

declare(strict_types=1);

namespace Lockstep\Tests\Site;

spl_autoload_register(static function (string $class): void {
    $file = __DIR__ . '/src/' . substr($class, strlen(__NAMESPACE__) + 1) . '.php';
    if (str_starts_with($class, __NAMESPACE__ . '\\') && is_file($file)) {
        require $file;
    }
});
umask(022);

$kindName = 'default';
$repositoryDirectory = null;
$link = true;
$target = null;
foreach (array_slice($argv, 1) as $argument) {
    if (str_starts_with($argument, '--kind=')) {
        $kindName = substr($argument, 7);
    } elseif (str_starts_with($argument, '--repository=')) {
        $repositoryDirectory = substr($argument, 13);
    } elseif ($argument === '--copy-package') {
        $link = false;
    } elseif ($argument === '--kinds') {
        foreach (glob(__DIR__ . '/kinds/*.php') ?: [] as $file) {
            printf("%-10s %s\n", basename($file, '.php'), (require $file)->description());
        }
        exit(0);
    } elseif ($target === null && $argument !== '' && $argument[0] !== '-') {
        $target = $argument;
    } else {
        fwrite(STDERR, "make.php: unknown argument: $argument\n");
        exit(64);
    }
}
$kindFile = __DIR__ . "/kinds/$kindName.php";
if ($target === null || !preg_match('/^[a-z0-9-]+$/', $kindName) || !is_file($kindFile)) {
    fwrite(STDERR, "Usage: make.php [--kind=NAME] [--repository=DIR] [--copy-package] DIR     (make.php --kinds lists the kinds)\n");
    exit(64);
}
if (file_exists($target) && (!is_dir($target) || count((array)scandir($target)) > 2)) {
    fwrite(STDERR, "make.php: $target exists and is not empty.\n");
    exit(73);
}

/** @var Kind $kind */
$kind = require $kindFile;
Files::directory($target);
$root = (string)realpath($target);
$project = dirname(__DIR__, 2);
$composer = new Composer();
$repository = new Repository($repositoryDirectory ?? "$root/.repository");
try {
    foreach (Tool::RELEASES as $version) {
        $repository->add($kind->release(Tool::files($version), $version));
    }
    foreach (['framework', 'product', 'magento2-base', 'dev-tool', ...$kind->packages()] as $package) {
        $files = Files::below(__DIR__ . "/packages/$package");
        $repository->add($files, array_values(array_filter(array_keys($files), static fn (string $file): bool => str_starts_with($file, 'bin/'))));
    }
    $packagist = new Packagist("$project/.build/site/packagist", $composer);
    foreach (['symfony/console' => $kind->consoleConstraint(), 'symfony/process' => $kind->consoleConstraint()] + $kind->packagist() as $name => $constraint) {
        $packagist->addTo($repository, $name, $constraint);
    }
    $repository->write();
    (new Shop($root, $kind, $composer, $repository, "$project/php-wrapper", $link))->make();
} catch (\RuntimeException $e) {
    fwrite(STDERR, 'make.php: ' . $e->getMessage() . "\n");
    exit(1);
}
printf("%s: the sample shop, kind %s (%s)\n", $root, $kindName, $kind->description());
