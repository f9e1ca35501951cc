<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Cluster;

use Magento\Framework\App\ResourceConnection;
use Magento\Framework\ObjectManagerInterface;

/**
 * The database's session that took the lock. Magento connects again by itself when its connection was lost; the lock stays
 * lost then, although somebody else may hold one of the same name.
 */
final class DatabaseSession
{
    private function __construct(
        private readonly ObjectManagerInterface $magento,
        private readonly string $lock,
        private readonly string $session,
        private readonly string $owner,
    ) {
    }

    public static function of(ObjectManagerInterface $magento, string $lock): self
    {
        return new self($magento, $lock, self::ask($magento, 'SELECT CONNECTION_ID()'), self::ask($magento, 'SELECT IS_USED_LOCK(?)', $lock));
    }

    /** A proxy may answer for CONNECTION_ID(), so that the two are compared with what they were and not with one another. */
    public function isSame(): bool
    {
        return self::ask($this->magento, 'SELECT CONNECTION_ID()') === $this->session
            && self::ask($this->magento, 'SELECT IS_USED_LOCK(?)', $this->lock) === $this->owner;
    }

    public static function describe(ObjectManagerInterface $magento, string $lock): string
    {
        $id = self::ask($magento, 'SELECT IS_USED_LOCK(?)', $lock);
        $host = self::ask($magento, 'SELECT HOST FROM information_schema.PROCESSLIST WHERE ID = ?', $id);

        return $id === '' ? '' : sprintf('connection %s%s of the database holds the lock "%s"', $id, $host === '' ? '' : " from $host", $lock);
    }

    private static function ask(ObjectManagerInterface $magento, string $question, string ...$values): string
    {
        $answer = $magento->get(ResourceConnection::class)->getConnection()->fetchOne($question, $values);

        return is_scalar($answer) ? (string) $answer : '';
    }
}
