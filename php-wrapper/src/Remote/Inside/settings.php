<?php

/*
 * Runs in a process of its own: boots Magento and prints the module's section "lockstep/copy", its secret decrypted, as JSON. A pipe
 * to the one who started it is all that sees it. Argument: the Magento root.
 */

declare(strict_types=1);

use Magento\Framework\App\Bootstrap;
use Magento\Framework\App\Config\ScopeConfigInterface;

ob_start(); // whatever else is printed on the way
$root = is_array($_SERVER['argv'] ?? null) && is_string($_SERVER['argv'][1] ?? null) ? $_SERVER['argv'][1] : '';
(static function (string $file): void {
    require $file;
})($root . '/app/bootstrap.php');
$section = Bootstrap::create($root, $_SERVER)->getObjectManager()->get(ScopeConfigInterface::class)->getValue('lockstep/copy');
while (ob_get_level() > 0) {
    ob_end_clean();
}
echo json_encode(is_array($section) ? $section : [], JSON_THROW_ON_ERROR);
