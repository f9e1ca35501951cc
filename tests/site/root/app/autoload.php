<?php
/** Stand-in for Magento's app/autoload.php: finds the vendor directory through app/etc/vendor_path.php. */

declare(strict_types=1);

define('BP', dirname(__DIR__));
define('VENDOR_PATH', BP . '/app/etc/vendor_path.php');

if (!is_readable(VENDOR_PATH)) {
    throw new Exception('app/etc/vendor_path.php cannot be read.');
}
$vendorDir = require VENDOR_PATH;
foreach ([BP . "/{$vendorDir}/autoload.php", "{$vendorDir}/autoload.php"] as $vendorAutoload) {
    if (is_readable($vendorAutoload)) {
        require $vendorAutoload;

        return;
    }
}
throw new Exception("Vendor autoload is not found. Please run 'composer install' under application root directory.");
