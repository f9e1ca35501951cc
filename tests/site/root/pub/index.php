<?php
/** Stand-in for Magento's web entry point. */
require __DIR__ . '/../app/bootstrap.php';
echo 'shop';
