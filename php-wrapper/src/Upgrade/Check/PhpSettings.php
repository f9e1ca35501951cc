<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Composer\LockedPackages;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Upgrade\Run;

/** The PHP of the command line can run Composer and this Magento. */
final class PhpSettings implements Check
{
    public function find(Run $run): array
    {
        $findings = [];
        $needed = self::platformCheck($run);
        if ($needed > PHP_VERSION_ID && $run->options->php === null) {
            $findings[] = Finding::error(
                'php-version',
                sprintf('The packages of this shop need PHP %d.%d.%d or later; this is %s (%s).', intdiv($needed, 10000), intdiv($needed, 100) % 100, $needed % 100, PHP_VERSION, PHP_BINARY),
                'Run the command with the PHP of the shop, or give that with --php=PATH.',
            );
        }
        $platform = Manifest::of($run->shop)->config('platform');
        $pretended = is_array($platform) ? $platform['php'] ?? null : null;
        $constraint = self::magentoConstraint($run);
        if ($findings === [] && $run->options->php === null && !PhpConstraint::allows($constraint, is_string($pretended) ? $pretended : PHP_VERSION)) {
            $findings[] = Finding::error('php-version', sprintf('This Magento needs PHP %s; this is %s (%s).', $constraint, PHP_VERSION, PHP_BINARY), 'Run the command with the PHP of the shop (8.1 or later, with the extension), or give that for Composer with --php=PATH.');
        }
        foreach (['json', 'phar', 'openssl', 'mbstring'] as $extension) {
            if (!extension_loaded($extension) && $run->options->php === null) {
                $findings[] = Finding::warning('php-extension', sprintf('The PHP extension "%s", which Composer uses, is not loaded in %s.', $extension, PHP_BINARY));
            }
        }
        if (is_string($pretended) && version_compare($pretended, PHP_VERSION, '>')) {
            $findings[] = Finding::warning('php-platform', sprintf('composer.json pretends PHP %s (config.platform), this is %s.', $pretended, PHP_VERSION));
        }

        return $findings;
    }

    /** What Magento's own packages ask for, "" when they do not say. */
    private static function magentoConstraint(Run $run): string
    {
        $lock = LockedPackages::read($run->shop->path('composer.lock'));
        $base = $lock?->php('magento/magento2-base') ?? '';

        return $base !== '' ? $base : $lock?->php('magento/framework') ?? '';
    }

    /** The PHP that the installed packages' own check asks for, as PHP_VERSION_ID; 0 when there is none. */
    private static function platformCheck(Run $run): int
    {
        $file = $run->shop->path($run->shop->vendor . '/composer/platform_check.php');
        $text = is_file($file) ? (string) file_get_contents($file) : '';

        return preg_match('/PHP_VERSION_ID >= (\d+)/', $text, $match) === 1 ? (int) $match[1] : 0;
    }
}
