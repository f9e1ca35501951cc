<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Site;

/** The release of the tool that the shop's Magento needs, and the rule that says so. */
final class Target
{
    /**
     * @param list<string> $releases
     * @return array{version: string, rule: string, exact: bool, candidate: string, reason: string}
     */
    public static function of(Shop $shop, array $releases, bool $nearest = false, bool $hotfix = true): array
    {
        $magento = $shop->installed()->magentoVersion();
        if ($magento === '') {
            throw Failure::preflight(
                'magento-unknown',
                sprintf('The version of Magento in "%s" cannot be told from composer.lock, installed.json or composer.json.', $shop->root),
                'Run "composer install" in the Magento root, or give the tool\'s version: migration:tool:upgrade VERSION.',
            );
        }
        try {
            return Site::resolve($magento, $releases, $nearest, $hotfix);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::NO_RELEASE, 'The version of Magento cannot be resolved');
        }
    }
}
