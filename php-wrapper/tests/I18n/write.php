<?php

/* Writes i18n/en_US.csv anew from what the module says. */

declare(strict_types=1);

use Lockstep\MigrationTool\Tests\I18n\Phrases;

$package = dirname(__DIR__, 2);
require $package . '/vendor/autoload.php';
file_put_contents($package . '/i18n/en_US.csv', Phrases::csv(Phrases::of($package)));
