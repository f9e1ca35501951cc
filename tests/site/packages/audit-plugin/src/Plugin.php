<?php

namespace LockstepFixture\Audit;

use Composer\Composer;
use Composer\EventDispatcher\EventSubscriberInterface;
use Composer\Installer\PackageEvent;
use Composer\Installer\PackageEvents;
use Composer\IO\IOInterface;
use Composer\Plugin\PluginInterface;

/** Looks into all repositories before a package is installed, those too that Composer's solver has no need of. */
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
        return [PackageEvents::PRE_PACKAGE_INSTALL => 'look', PackageEvents::PRE_PACKAGE_UPDATE => 'look'];
    }

    public function look(PackageEvent $event): void
    {
        $operation = $event->getOperation();
        $package = method_exists($operation, 'getPackage') ? $operation->getPackage() : $operation->getInitialPackage();
        foreach ($event->getComposer()->getRepositoryManager()->getRepositories() as $repository) {
            $repository->findPackages($package->getName());
        }
    }
}
