<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Composer\Address;
use Lockstep\MigrationTool\Composer\LockedPackages;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Composer\Repositories;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Secrets;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;

/** From where Composer would fetch what is new in composer.lock: no local file and no program that the site itself does not name, and the tool from where it came before. */
final class Origins
{
    public static function check(Run $run): void
    {
        $before = LockedPackages::read($run->shop->path('composer.lock'));
        $after = LockedPackages::read($run->stage()->path('composer.lock'));
        if ($after === null) {
            return; // told where the two are compared
        }
        $known = [Manifest::of($run->shop)->repositories(), Repositories::ofHome($run->composer()->environment()->composerHome())];
        foreach ($after->packageNames() as $package) {
            $old = $before?->addresses($package) ?? [];
            foreach ($after->addresses($package) as $address) {
                $reason = in_array($address, $old, true) ? null : Address::refused($address['kind'], $address['type'], $address['url'], $address['reference']);
                if ($reason !== null && !self::isNamed($address['url'], $old, $known)) {
                    throw new Failure(
                        ExitCode::COMPOSER,
                        'unsafe-source',
                        sprintf('Composer would fetch %s %s from "%s", %s, and no repository of this site says so.', $package, $after->version($package), self::shown($address['url']), $reason),
                        'Something is wrong with the repository that lists it: look at it. If it is meant, add the place to "repositories" in composer.json yourself.',
                    );
                }
            }
        }
        self::checkTool($run, $after);
    }

    /**
     * @param list<array{kind: string, type: string, url: string, reference: string}> $old
     * @param list<Repositories>                                                       $known
     */
    private static function isNamed(string $url, array $old, array $known): bool
    {
        foreach ($known as $repositories) {
            if ($repositories->explain($url)) {
                return true;
            }
        }
        foreach ($old as $address) {
            if (Address::isLocal($url) && dirname($address['url']) === dirname($url)) {
                return true; // the release before came from there too
            }
        }

        return false;
    }

    private static function shown(string $address): string
    {
        return Terminal::safe(Secrets::maskAddresses($address));
    }

    /** Another repository with a package of the same name may be somebody else's. */
    private static function checkTool(Run $run, LockedPackages $after): void
    {
        $installed = $run->shop->installed()->package(Shop::TOOL);
        $root = $run->shop->root;
        $old = Address::from($root, $installed['dist_url'] ?? '');
        $new = Address::from($root, $after->addresses(Shop::TOOL)[0]['url'] ?? '');
        if ($installed === null || $old === '' || $new === '') {
            return;
        }
        $from = $run->answer?->repository($installed['version'], $old) ?? '';
        $to = $run->answer?->repository($run->to, $new) ?? '';
        if ($from === '' || $to === '') {
            [$from, $to] = [Address::origin($old), Address::origin($new)];
        }
        if ($from === $to) {
            return;
        }
        [$from, $to] = [self::shown($from), self::shown($to)];
        if (!$run->options->withDependencies) {
            throw new Failure(ExitCode::COMPOSER, 'other-source', sprintf('The tool would come from %s; the installed one came from %s.', $to, $from), 'If that is meant, agree with --with-dependencies.');
        }
        $run->reporter->warning(sprintf('The tool comes from %s now; it came from %s before.', $to, $from));
    }
}
