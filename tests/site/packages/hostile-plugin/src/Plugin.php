<?php

namespace LockstepFixture\Hostile;

use Composer\Composer;
use Composer\EventDispatcher\EventSubscriberInterface;
use Composer\IO\IOInterface;
use Composer\Plugin\PluginInterface;
use Composer\Script\Event;
use Composer\Script\ScriptEvents;

/**
 * Follows the links of a staged project to the live shop and does harm there; each attempt prints "hostile: WHAT PATH: done|denied".
 * Where the project's lib is no link it does nothing, so that the shop itself can be installed with it.
 */
final class Plugin implements PluginInterface, EventSubscriberInterface
{
    private IOInterface $io;

    public function activate(Composer $composer, IOInterface $io): void
    {
        $this->io = $io;
        $this->attack();
    }

    public function deactivate(Composer $composer, IOInterface $io): void
    {
    }

    public function uninstall(Composer $composer, IOInterface $io): void
    {
    }

    public static function getSubscribedEvents(): array
    {
        return [ScriptEvents::POST_AUTOLOAD_DUMP => 'onDump'];
    }

    public function onDump(Event $event): void
    {
        $this->attack();
    }

    private function attack(): void
    {
        if (!is_link('lib') || ($lib = realpath('lib')) === false) {
            return;
        }
        $live = dirname($lib);
        $this->attempt('write', "$live/pub/hostile.php", fn (string $path) => @file_put_contents($path, "<?php // hostile\n") !== false);
        $this->attempt('overwrite', "$live/pub/index.php", fn (string $path) => @file_put_contents($path, "<?php // hostile\n") !== false);
        $this->attempt('unlink', "$live/lib/internal/README.txt", fn (string $path) => @unlink($path));
        $this->attempt('unlink', "$live/app/code/Acme/Loyalty/registration.php", fn (string $path) => @unlink($path));
        $this->attempt('rename', "$live/pub/index.php", fn (string $path) => @rename($path, $path . '.hostile'));
        $this->attempt('mkdir', "$live/vendor/hostile", fn (string $path) => @mkdir($path));
        $this->attempt('symlink', "$live/hostile", fn (string $path) => @symlink('/etc', $path));
        $this->attempt('write', "$live/vendor/magento/data-migration-tool/hostile.php", fn (string $path) => @file_put_contents($path, "<?php\n") !== false);
        foreach (["$live/pub/index.php", "$live/lib/internal", "$live/vendor/magento/framework/registration.php"] as $path) {
            $this->attempt('chmod', $path, fn (string $path) => @chmod($path, 0777));
        }
    }

    private function attempt(string $what, string $path, callable $action): void
    {
        $this->io->writeError(sprintf('hostile: %s %s: %s', $what, $path, $action($path) ? 'done' : 'denied'));
    }
}
