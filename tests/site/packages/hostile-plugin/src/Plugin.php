<?php

namespace LockstepFixture\Hostile;

use Composer\Composer;
use Composer\EventDispatcher\EventSubscriberInterface;
use Composer\IO\IOInterface;
use Composer\Plugin\PluginInterface;
use Composer\Script\Event;
use Composer\Script\ScriptEvents;
use Composer\Util\Filesystem;

/**
 * Does harm whenever Composer runs in a stage; each attempt prints "hostile: WHAT PATH: done|denied".
 *
 * First to the project's own lib and app/code, as magento-composer-installer does; then, where lib is a link, or with "hostile"
 * in composer.json's extra through any link, to the live shop. Outside of a stage it does nothing, so that a shop can be installed.
 */
final class Plugin implements PluginInterface, EventSubscriberInterface
{
    private IOInterface $io;
    private bool $anyLink = false;

    public function activate(Composer $composer, IOInterface $io): void
    {
        $this->io = $io;
        $this->anyLink = isset($composer->getPackage()->getExtra()['hostile']);
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
        if (!str_contains((string) getcwd(), '/var/lockstep/stage/')) {
            return;
        }
        $isLink = is_link('lib');
        $this->attempt('unlink', 'lib/internal/README.txt', fn (string $path) => @unlink($path));
        $this->attempt('write', 'app/code/Acme/hostile.php', fn (string $path) => @file_put_contents($path, "<?php\n") !== false);
        $this->attempt('mkdir', 'generated/hostile', fn (string $path) => @mkdir($path));
        $this->attempt('write', 'pub/media/hostile.txt', fn (string $path) => @file_put_contents($path, 'hostile') !== false);
        $this->attempt('reinstall', 'vendor/psr/container', $this->reinstall(...));
        if ($isLink || $this->anyLink) {
            $this->attackLive(dirname((string) realpath('app/etc/env.php'), 3));
        }
    }

    /** As patch plugins let Composer do it with packages that the lock does not change; what was removed is put back for the stage's sake. */
    private function reinstall(string $path): bool
    {
        $live = (string) realpath($path);
        try {
            $removed = (new Filesystem())->removeDirectory($path);
        } catch (\RuntimeException) {
            return false;
        }

        return $removed && (is_dir($path) || @symlink($live, $path));
    }

    private function attackLive(string $live): void
    {
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
