<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Ahead;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Composer\Releases;
use Lockstep\MigrationTool\Customizations\Save;
use Lockstep\MigrationTool\Customizations\SavedStore;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\UpgradeOptions;
use Lockstep\Site;

/** Before Magento itself is upgraded: which tool the new one takes, whether the installed one is in its way, and what to do in which order. */
final class Ahead
{
    /** @return array{exit: int, data: array<string, mixed>} */
    public static function look(Shop $shop, string $given, UpgradeOptions $options, Reporter $reporter): array
    {
        $magento = self::version($shop, $given);
        Save::current($shop, $reporter);
        if ($shop->stateElsewhere !== null) {
            $reporter->warning(sprintf('The customizations are not saved: this user can keep nothing in "%s". Run it as the Magento file system owner, too.', $shop->root));
        }
        [$target, $failure] = self::target($shop, $magento, $options, $reporter);
        $reporter->line(sprintf('Magento %s takes %s [%s]. %s', $magento, $target['version'] === '' ? 'no release of the tool that is known' : 'the tool ' . $target['version'], $target['rule'], $target['reason']));
        $saved = (new SavedStore($shop))->last();
        $data = $shop->versions() + [
            'for' => $magento,
            'target' => array_diff_key($target, ['candidate' => 0]),
            'match' => $shop->installed()->hasTool() && $target['version'] !== '' && $shop->installed()->toolVersion() === $target['version'],
            'saved' => $saved?->toArray(),
            'blocks' => null,
            'conflict' => null,
            'platform' => null,
            'solved' => ['with' => null, 'tool' => null],
            'next' => [],
        ];
        if ($failure !== null) {
            throw self::refused($failure, $data);
        }
        $needed = $target['version'] !== '' ? $target['version'] : $target['candidate'];
        try {
            $verdict = Verdict::of($shop, $magento, $needed, $options, $reporter);
        } catch (Failure $e) {
            throw self::refused($e, $data);
        }
        $next = new Next($shop, Manifest::of($shop), $magento, $needed, $saved !== null && $saved->items !== [] ? $saved->id : null);
        $data = ['next' => $next->after($verdict)] + $verdict->toArray() + $data;
        if ($target['version'] === '') {
            $hint = $target['candidate'] === '' ? '"migration:tool:releases" lists what the repositories have.' : sprintf('Consent to %s with --nearest.', $target['candidate']);

            return ['exit' => ExitCode::NO_RELEASE, 'data' => ['error' => ['code' => 'no-release', 'message' => $target['reason'], 'hint' => $hint]] + $data];
        }

        return ['exit' => $verdict->blocks === false ? ExitCode::DONE : ExitCode::ACTION_REQUIRED, 'data' => $data];
    }

    private static function version(Shop $shop, string $given): string
    {
        $installed = $shop->installed()->magentoVersion();
        try {
            $magento = Site::checkVersion($given);
            $isOlder = $installed !== '' && Site::compareVersions($magento, $installed) < 0;
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PREFLIGHT, '--for takes a version of Magento');
        }
        if ($isOlder) {
            throw Failure::preflight('older', sprintf('Magento %s is older than the installed %s: --for looks ahead.', $magento, $installed), 'Give the version that Magento is to be upgraded to.');
        }

        return $magento;
    }

    /** @return array{array{version: string, rule: string, exact: bool, candidate: string, reason: string}, ?Failure} */
    private static function target(Shop $shop, string $magento, UpgradeOptions $options, Reporter $reporter): array
    {
        try {
            return [Site::resolve($magento, Releases::find($shop, $reporter), $options->nearest, $options->hotfix), null];
        } catch (Failure $e) {
            $base = explode('-', $magento)[0];

            return [['version' => '', 'rule' => 'none', 'exact' => false, 'candidate' => '', 'reason' => sprintf('By the rules it is release %s, or its hot fix %1$s.N where there is one; which releases there are could not be asked.', $base)], $e];
        }
    }

    /** @param array<string, mixed> $data */
    private static function refused(Failure $e, array $data): Failure
    {
        return new Failure($e->exitCode === ExitCode::LOCKED ? $e->exitCode : ExitCode::PREFLIGHT, $e->error, 'Whether the tool is in the way of that Magento is not known: ' . $e->getMessage(), $e->hint, $data + $e->data, $e);
    }
}
