<?php
/** Stand-in for Magento's app/bootstrap.php: all errors on, autoloader, Magento's own umask. */

error_reporting(E_ALL);
if (in_array('phar', stream_get_wrappers(), true)) {
    stream_wrapper_unregister('phar');
}
require_once __DIR__ . '/autoload.php';

$umaskFile = BP . '/magento_umask';
umask(file_exists($umaskFile) ? (int)octdec((string)file_get_contents($umaskFile)) : 002);
date_default_timezone_set('UTC');
