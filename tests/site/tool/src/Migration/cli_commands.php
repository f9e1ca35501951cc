<?php

if (PHP_SAPI == 'cli') {
    \Magento\Framework\Console\CommandLocator::register(\Migration\Console\CommandList::class);
}
