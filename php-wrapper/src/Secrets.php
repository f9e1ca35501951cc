<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

/** Passwords and crypt keys of config.xml never reach a terminal or a log. */
final class Secrets
{
    /** User and password in addresses, both hidden: what Composer says. */
    public static function maskAddresses(string $text): string
    {
        return (string) preg_replace('~://[^/\s:@]+:[^/\s@]+@~', '://***:***@', $text);
    }

    public static function mask(string $text): string
    {
        $text = (string) preg_replace('~(\bpassword\s*=\s*)("[^"]*"|\'[^\']*\')~i', '$1"***"', $text);

        $text = (string) preg_replace('~(<[\w:.-]*(?:crypt_?key|password)\b[^<>]*(?<!/)>)(?:\s*<!\[CDATA\[.*?\]\]>|[^<\n]*)~is', '$1***', $text);

        return (string) preg_replace('~(://[^/\s:@]+:)[^/\s@]+@~', '$1***@', $text);
    }
}
