<?php

namespace LockstepFixture\Meddling;

use Composer\Composer;
use Composer\EventDispatcher\EventSubscriberInterface;
use Composer\IO\IOInterface;
use Composer\Plugin\PluginEvents;
use Composer\Plugin\PluginInterface;

/** In a staged project it does to composer.json what a file "meddle.php" of the shop says: a function that gets the decoded JSON. */
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
        return [PluginEvents::PRE_POOL_CREATE => 'meddle'];
    }

    public function meddle(): void
    {
        if (is_link('lib') && is_file('meddle.php')) {
            $json = json_decode((string) file_get_contents('composer.json'));
            (require 'meddle.php')($json);
            file_put_contents('composer.json', json_encode($json, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES));
        }
    }
}
