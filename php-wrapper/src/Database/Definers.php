<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

use Lockstep\MigrationTool\Failure;

/** Which definers of views, triggers, routines and events may stay as a dump has them, on the server that it goes to. */
final class Definers
{
    /** Privileges that let a user create what belongs to another one; each server calls it differently. */
    private const OTHERS = '/\b(SUPER|SET USER|SET_USER_ID|SET_ANY_DEFINER|ALL PRIVILEGES ON \*\.\*)/';

    /**
     * Those of users that exist, where this user may name others; else itself alone. All others become CURRENT_USER.
     *
     * @return ?list<string> `user`@`host`; null: all stay
     */
    public static function kept(Client $client): ?array
    {
        $own = self::quoted(...self::parts($client->column('SELECT CURRENT_USER()')[0] ?? ''));
        if (preg_match(self::OTHERS, implode("\n", $client->column('SHOW GRANTS'))) !== 1) {
            return [$own];
        }
        try {
            $users = $client->query('SELECT User, Host FROM mysql.user');
        } catch (Failure) {
            return null;
        }

        return [$own, ...array_map(static fn (array $user): string => self::quoted($user[0] ?? '', $user[1] ?? ''), $users)];
    }

    /** @return array{string, string} a host has no @, a user may */
    private static function parts(string $account): array
    {
        $at = (int) strrpos($account, '@');

        return [substr($account, 0, $at), substr($account, $at + 1)];
    }

    private static function quoted(string $user, string $host): string
    {
        return Client::quoted($user) . '@' . Client::quoted($host);
    }
}
