<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

/** Composer's version constraints as far as Magento uses them for PHP: ~7.3.0||~7.4.0, ^8.1, >=8.1 <8.4, 8.2.*. */
final class PhpConstraint
{
    /** What cannot be read allows everything: Composer itself decides later. */
    public static function allows(string $constraint, string $version): bool
    {
        if (trim($constraint) === '') {
            return true;
        }
        foreach (preg_split('/\s*\|\|?\s*/', trim($constraint)) ?: [] as $alternative) {
            $all = true;
            foreach (preg_split('/\s*,\s*|(?<![<>=!~^])\s+/', $alternative) ?: [] as $part) {
                $all = $all && self::one($part, $version);
            }
            if ($all) {
                return true;
            }
        }

        return false;
    }

    private static function one(string $part, string $version): bool
    {
        if (preg_match('/^(~|\^|>=|<=|>|<|!=|==?)?\s*v?(\d+(?:\.\d+)*)(\.\*)?$/', trim($part), $match) !== 1) {
            return true;
        }
        $numbers = array_map('intval', explode('.', $match[2]));
        $operator = $match[1];

        return match (true) {
            isset($match[3]) => self::between($version, $numbers, count($numbers) - 1),
            $operator === '~' => self::between($version, $numbers, max(0, count($numbers) - 2)),
            $operator === '^' => self::between($version, $numbers, 0),
            $operator === '' || $operator === '=' || $operator === '==' => version_compare($version, $match[2], '=='),
            default => version_compare($version, $match[2], $operator),
        };
    }

    /** @param list<int> $from the lower bound; the upper one is the next number at $position */
    private static function between(string $version, array $from, int $position): bool
    {
        $to = array_slice($from, 0, $position + 1);
        $to[$position]++;

        return version_compare($version, implode('.', $from), '>=') && version_compare($version, implode('.', $to), '<');
    }
}
