<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer\Inside;

use Composer\Script\Event;

/**
 * Runs inside of Composer, as a script of the light project: asks its repositories for a package, one after the other as the solver
 * does, and writes down what each of them has. Needs nothing but itself and Composer 2.
 *
 * A repository that has the package hides what those after it have (unless it is not canonical). They are asked all the same when
 * "every" one is to be, or until one has the installed version: that is where it came from.
 */
final class Ask
{
    private const STABILITIES = ['stable' => 0, 'RC' => 5, 'beta' => 10, 'alpha' => 15, 'dev' => 20];

    /** Arguments: the package; its installed version, or "none"; "every" or "needed" repositories. */
    public static function run(Event $event): void
    {
        list($name, $installed, $which) = $event->getArguments();
        $every = $which === 'every';
        $seen = $installed === 'none';
        $hidden = false;
        $answer = [];
        foreach ($event->getComposer()->getRepositoryManager()->getRepositories() as $repository) {
            fwrite(STDERR, 'Asking ' . $repository->getRepoName() . "\n");
            $found = ['repository' => $repository->getRepoName(), 'error' => null, 'hidden' => $hidden, 'packages' => []];
            try {
                $loaded = $repository->loadPackages([$name => null], self::STABILITIES, []);
                foreach ($loaded['packages'] as $package) {
                    $found['packages'][] = ['version' => $package->getPrettyVersion(), 'address' => (string) ($package->getDistUrl() ?: $package->getSourceUrl())];
                    $seen = $seen || $package->getPrettyVersion() === $installed;
                }
                $hidden = $hidden || in_array($name, $loaded['namesFound'], true);
            } catch (\Exception $e) {
                $found['error'] = $every || !$hidden ? $e->getMessage() : null; // nobody needs it
            }
            $answer[] = $found;
            if ($found['error'] !== null || ($hidden && $seen && !$every)) {
                break;
            }
        }
        fwrite(STDOUT, (string) json_encode($answer, JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
    }
}
