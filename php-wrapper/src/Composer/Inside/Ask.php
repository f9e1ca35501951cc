<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer\Inside;

use Composer\Script\Event;

/**
 * Runs inside of Composer, as a script of the light project: asks its repositories for a package, one after the other as the solver
 * does, and writes down what each of them has. Needs nothing but itself and Composer 2.
 */
final class Ask
{
    private const STABILITIES = ['stable' => 0, 'RC' => 5, 'beta' => 10, 'alpha' => 15, 'dev' => 20];

    /** Arguments: the package; "every" to ask those repositories too that come after the one that Composer would take it from. */
    public static function run(Event $event): void
    {
        $arguments = $event->getArguments();
        $name = isset($arguments[0]) ? $arguments[0] : '';
        $every = in_array('every', $arguments, true);
        $answer = [];
        foreach ($event->getComposer()->getRepositoryManager()->getRepositories() as $repository) {
            fwrite(STDERR, 'Asking ' . $repository->getRepoName() . "\n");
            $found = ['repository' => $repository->getRepoName(), 'error' => null, 'packages' => []];
            $names = [];
            try {
                $loaded = $repository->loadPackages([$name => null], self::STABILITIES, []);
                $names = $loaded['namesFound'];
                foreach ($loaded['packages'] as $package) {
                    $found['packages'][] = ['version' => $package->getPrettyVersion(), 'address' => (string) ($package->getDistUrl() ?: $package->getSourceUrl())];
                }
            } catch (\Exception $e) {
                $found['error'] = $e->getMessage();
            }
            $answer[] = $found;
            if ($found['error'] !== null || (!$every && in_array($name, $names, true))) {
                break;
            }
        }
        fwrite(STDOUT, (string) json_encode($answer, JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
    }
}
