<?php

namespace LockstepFixture\Patches;

use Composer\Composer;
use Composer\DependencyResolver\Operation\InstallOperation;
use Composer\DependencyResolver\Operation\UninstallOperation;
use Composer\EventDispatcher\EventSubscriberInterface;
use Composer\EventDispatcher\ScriptExecutionException;
use Composer\IO\IOInterface;
use Composer\Package\PackageInterface;
use Composer\Plugin\PluginInterface;
use Composer\Script\Event;
use Composer\Script\ScriptEvents;

/**
 * Behaves as vaimo/composer-patches does: before the autoloader is dumped, each package whose patches (extra.patches of the root) are
 * not those in its extra.patches_applied is installed anew and patched; the first patch that fails ends Composer,
 * unless extra.patcher.graceful is set.
 */
final class Plugin implements PluginInterface, EventSubscriberInterface
{
    public function activate(Composer $composer, IOInterface $io): void
    {
    }

    public function deactivate(Composer $composer, IOInterface $io): void
    {
    }

    public function uninstall(Composer $composer, IOInterface $io): void
    {
    }

    public static function getSubscribedEvents(): array
    {
        return [ScriptEvents::PRE_AUTOLOAD_DUMP => 'patch'];
    }

    public function patch(Event $event): void
    {
        $composer = $event->getComposer();
        $repository = $composer->getRepositoryManager()->getLocalRepository();
        $extra = $composer->getPackage()->getExtra();
        $failed = false;
        foreach ($repository->getCanonicalPackages() as $package) {
            $wanted = [];
            foreach ($extra['patches'][$package->getName()] ?? [] as $label => $path) {
                $wanted[$path] = $label . ', md5:' . md5_file($path);
            }
            $applied = $package->getExtra()['patches_applied'] ?? [];
            if ($failed || $wanted == $applied) {
                continue;
            }
            if ($applied !== []) {
                $package = $this->reset($composer, $package);
            }
            $done = [];
            foreach ($wanted as $path => $footprint) {
                if ($this->apply($composer->getInstallationManager()->getInstallPath($package), realpath($path))) {
                    $done[$path] = $footprint;
                } else {
                    $event->getIO()->writeError("<error>Failed to apply patch $path to {$package->getName()}</error>");
                    $failed = $failed || empty($extra['patcher']['graceful']);
                }
            }
            ksort($done);
            $package->setExtra(array_filter(['patches_applied' => $done] + $package->getExtra()));
        }
        $repository->write($event->isDevMode(), $composer->getInstallationManager());
        if ($failed) {
            throw new ScriptExecutionException('Execution halted due to composer-patch failure', 1);
        }
    }

    /** Returns the package as it is in the repository then. */
    private function reset(Composer $composer, PackageInterface $package): PackageInterface
    {
        $manager = $composer->getInstallationManager();
        $repository = $composer->getRepositoryManager()->getLocalRepository();
        $loop = $composer->getLoop();
        $loop->wait([$manager->uninstall($repository, new UninstallOperation($package))]);
        $loop->wait([$manager->getInstaller($package->getType())->download($package)]);
        $loop->wait([$manager->install($repository, new InstallOperation($package))]);

        return $repository->findPackage($package->getName(), '*');
    }

    private function apply(string $directory, string $file): bool
    {
        foreach ([0, 1, 2] as $level) {
            $command = sprintf('cd %s && patch -t -p%d --no-backup-if-mismatch %%s < %s >/dev/null 2>&1', escapeshellarg($directory), $level, escapeshellarg($file));
            exec(sprintf($command, '--dry-run'), $output, $status);
            if ($status === 0) {
                exec(sprintf($command, ''), $output, $status);

                return $status === 0;
            }
        }

        return false;
    }
}
