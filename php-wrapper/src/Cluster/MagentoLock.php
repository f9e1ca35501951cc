<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Cluster;

use Magento\Framework\App\Bootstrap;
use Magento\Framework\App\DeploymentConfig;
use Magento\Framework\Lock\LockManagerInterface;
use Magento\Framework\ObjectManagerInterface;

/**
 * The lock of all nodes of a shop, from Magento's own lock manager, whatever backend env.php names.
 *
 * Uses no class of this package but DatabaseSession: it runs in a process that has loaded these files alone.
 */
final class MagentoLock
{
    private ?DatabaseSession $session = null;

    private function __construct(
        private readonly LockManagerInterface $manager,
        private readonly ObjectManagerInterface $magento,
        private readonly DeploymentConfig $config,
        private readonly string $name,
    ) {
    }

    /** Boots the Magento of this root. Throws whatever Magento throws; null when it is not installed. */
    public static function boot(string $root): ?self
    {
        require $root . '/app/bootstrap.php';
        $magento = Bootstrap::create($root, $_SERVER)->getObjectManager();
        $config = $magento->get(DeploymentConfig::class);
        if (!$config->isDbAvailable()) { // Magento's own backends then claim to hold what nobody holds
            return null;
        }
        $database = $config->get('db/connection/default/dbname');
        // Several shops may share a Zookeeper, a cache or a database server; backends know few characters.
        $name = 'lockstep_' . preg_replace('/\W/', '_', is_string($database) ? $database : '');

        return new self($magento->get(LockManagerInterface::class), $magento, $config, $name);
    }

    public function take(int $seconds): bool
    {
        if (!$this->manager->lock($this->name, $seconds)) {
            return false;
        }
        if ($this->config->get('lock/provider', 'db') === 'db') {
            $this->session = DatabaseSession::of($this->magento, $this->lockOfDatabase());
        }

        return true;
    }

    /** Is it still ours? Magento can tell only whether anybody holds it, but for the database, where the session is known. */
    public function isHeld(): bool
    {
        return $this->session?->isSame() !== false && $this->manager->isLocked($this->name);
    }

    public function release(): void
    {
        $this->manager->unlock($this->name);
    }

    /** Who holds it, as far as the backend tells. */
    public function holder(): string
    {
        return $this->config->get('lock/provider', 'db') === 'db' ? DatabaseSession::describe($this->magento, $this->lockOfDatabase()) : '';
    }

    /** How Magento's database backend names it. */
    private function lockOfDatabase(): string
    {
        $prefix = $this->config->get('lock/config/prefix') ?? $this->config->get('db/connection/default/dbname');

        return is_string($prefix) && $prefix !== '' ? $prefix . '|' . $this->name : $this->name;
    }
}
