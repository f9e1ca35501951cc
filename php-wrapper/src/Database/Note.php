<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/**
 * What has to be known of a restore of databases after a kill: var/lockstep/database.json, there from the last moment in which
 * all live tables are what they were to the first in which all are what they shall be.
 *
 * @phpstan-type Database array{member: string, database: string, swap: ?string, before: list<string>, after: list<string>, begun: bool}
 */
final class Note
{
    private const FILE = 'database.json';

    /**
     * @param string         $lock      held by all sessions of the restore
     * @param string         $set       ID of the backup that is restored
     * @param string         $archive   absolute path of its part
     * @param ?string        $fresh     ID of the backup made before, for databases that are restored in place
     * @param list<Database> $databases swap: null in place, and "begun" says whether it was emptied
     */
    public function __construct(
        public readonly string $lock,
        public readonly string $set,
        public readonly string $archive,
        public readonly ?string $defaultsFile,
        public readonly ?string $fresh,
        public array $databases,
    ) {
    }

    public static function isPending(Shop $shop): bool
    {
        return is_file($shop->state(self::FILE));
    }

    public static function read(Shop $shop): ?self
    {
        if (!self::isPending($shop)) {
            return null;
        }
        $json = json_decode((string) @file_get_contents($shop->state(self::FILE)), true);
        $text = static fn (string $key): ?string => is_array($json) && is_string($json[$key] ?? null) ? $json[$key] : null;
        $databases = is_array($json) && is_array($json['databases'] ?? null) ? array_filter($json['databases'], self::isDatabase(...)) : [];
        if ($text('lock') === null || preg_match('/^\w+$/D', $text('lock')) !== 1 || $text('set') === null || $text('archive') === null || $databases === []) {
            throw new Failure(ExitCode::PERSON_NEEDED, 'database-half', sprintf('A restore of the database was interrupted, and its note "%s" cannot be read.', $shop->state(self::FILE)), 'Restore the database again ("migration:tool:backup:restore ID --db"), or put it in order by hand and remove the note.');
        }

        return new self($text('lock'), $text('set'), $text('archive'), $text('defaults_file'), $text('fresh'), array_values($databases));
    }

    public function write(Shop $shop): void
    {
        Tree::privateDirectory($shop->state());
        Tree::put($shop->state(self::FILE), json_encode([
            'lock' => $this->lock,
            'set' => $this->set,
            'archive' => $this->archive,
            'defaults_file' => $this->defaultsFile,
            'fresh' => $this->fresh,
            'databases' => $this->databases,
        ], JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR) . "\n", 0600);
    }

    /** This database is about to be emptied. */
    public function begin(Shop $shop, string $member): void
    {
        foreach ($this->databases as $i => $database) {
            $this->databases[$i]['begun'] = $database['begun'] || $database['member'] === $member;
        }
        $this->write($shop);
    }

    public static function clear(Shop $shop): void
    {
        Tree::remove($shop->state(self::FILE));
    }

    /** @phpstan-assert-if-true Database $database */
    private static function isDatabase(mixed $database): bool
    {
        $isNames = static fn (mixed $names): bool => is_array($names) && array_is_list($names) && array_filter($names, 'is_string') === $names;

        return is_array($database) && is_string($database['member'] ?? null) && is_string($database['database'] ?? null)
            && array_key_exists('swap', $database) && ($database['swap'] === null || (is_string($database['swap']) && preg_match('/^[0-9a-f]{6}$/D', $database['swap']) === 1))
            && $isNames($database['before'] ?? null) && $isNames($database['after'] ?? null) && is_bool($database['begun'] ?? null);
    }
}
