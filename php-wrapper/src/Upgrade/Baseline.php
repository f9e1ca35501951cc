<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Composer\Environment;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Process;

/** Does the live site work? Asked before and after the commit; what did not work before is not asked of the new state. */
final class Baseline
{
    private const TIMEOUT = 120;
    private const LOAD = 'require $argv[1]; echo "loaded";';

    private Process $autoload;
    private ?Process $magento = null;

    private function __construct()
    {
    }

    /** Starts the questions; they run beside whatever comes next. */
    public static function start(Shop $shop, string $php, string $temporary): self
    {
        $environment = Environment::of($shop)->magento($temporary);
        $program = PlainPhp::command($php);
        $magento = $shop->path('bin/magento');

        $baseline = new self();
        $baseline->autoload = Process::start([...$program, '-r', self::LOAD, '--', $shop->path($shop->vendor . '/autoload.php')], $environment, $shop->root);
        $baseline->magento = is_file($magento) ? Process::start([...$program, $magento, 'list', '--raw', '--no-ansi', '--no-interaction'], $environment, $shop->root) : null;

        return $baseline;
    }

    public function wait(): Health
    {
        $autoload = $this->autoload->wait(null, self::TIMEOUT);
        $magento = $this->magento?->wait(null, self::TIMEOUT);

        return new Health(
            $autoload['status'] === 0 && str_ends_with($autoload['output'], 'loaded'),
            $magento !== null && $magento['status'] === 0,
            $magento !== null && preg_match('/^migrate:/m', $magento['output']) === 1,
            trim($autoload['errors'] . ($autoload['status'] === 0 ? '' : $autoload['output'])),
            $magento === null ? '' : trim($magento['errors'] . ($magento['status'] === 0 ? '' : $magento['output'])),
        );
    }
}
