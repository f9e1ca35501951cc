<?php

namespace LockstepFixture\Program;

use Composer\Composer;
use Composer\EventDispatcher\EventSubscriberInterface;
use Composer\IO\IOInterface;
use Composer\Plugin\PluginInterface;
use Composer\Script\Event;
use Composer\Script\ScriptEvents;
use Composer\Util\ProcessExecutor;

/** Runs dev-tool in the bin directory, as the installer of PHP_CodeSniffer's standards runs phpcs; fails where it cannot. */
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
        return [ScriptEvents::POST_INSTALL_CMD => 'onEnd', ScriptEvents::POST_UPDATE_CMD => 'onEnd'];
    }

    public function onEnd(Event $event): void
    {
        $process = new ProcessExecutor($event->getIO());
        if ($process->execute('./dev-tool', $output, $event->getComposer()->getConfig()->get('bin-dir')) !== 0) {
            throw new \RuntimeException('dev-tool cannot be run: ' . $process->getErrorOutput());
        }
        $event->getIO()->write('dev-tool said: ' . trim((string)$output));
    }
}
