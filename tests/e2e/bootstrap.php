<?php

declare(strict_types=1);

require __DIR__ . '/../../php-wrapper/vendor/autoload.php';
spl_autoload_register(static function (string $class): void {
    $prefix = 'Lockstep\\Tests\\E2e\\';
    $file = __DIR__ . '/src/' . strtr(substr($class, strlen($prefix)), '\\', '/') . '.php';
    if (str_starts_with($class, $prefix) && is_file($file)) {
        require $file;
    }
});
