<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

/** Passwords and crypt keys of config.xml never reach a terminal or a log. */
final class Secrets
{
    /** User, password and token in addresses, all hidden: what Composer says. */
    public static function maskAddresses(string $text): string
    {
        return (string) preg_replace(['~://[^/\s:@]+:[^/\s@]+@~', '~(https?://)[^/\s:@]+@~i'], ['://***:***@', '$1***@'], $text);
    }

    public static function mask(string $text): string
    {
        $text = (string) preg_replace('~(\bpassword\s*=\s*)("[^"]*"|\'[^\']*\')~i', '$1"***"', $text);

        $text = (string) preg_replace('~(<[\w:.-]*(?:crypt_?key|password)\b[^<>]*(?<!/)>)(?:\s*<!\[CDATA\[.*?\]\]>|[^<\n]*)~is', '$1***', $text);

        return (string) preg_replace('~(://[^/\s:@]+:)[^/\s@]+@~', '$1***@', $text);
    }

    /**
     * For what leaves the machine: all of the above, tokens wherever they are told by their form, and $known secrets literally.
     *
     * @param list<string> $known
     */
    public static function maskReport(string $text, array $known): string
    {
        $text = $known === [] ? $text : str_replace($known, '***', $text);
        $text = (string) preg_replace('~://[^/\s@]+@~', '://***@', self::mask($text));
        $text = (string) preg_replace('~([?&](?:[\w.-]*(?:token|auth|secret|password|key|signature))=)[^&\s"\']+~i', '$1***', $text);
        $text = (string) preg_replace('~\b(Bearer|Basic)\s+[\w.+/=-]{6,}~i', '$1 ***', $text);
        $text = (string) preg_replace('~(["\']?[\w.-]*(?:token|secret|password|passwd|private[_-]?key)["\']?\s*)(?:([:=]\s*)(?:"[^"]*"|\'[^\']*\')|(=)[^\s,;&"\']+)~i', '$1$2$3***', $text);

        return (string) preg_replace('~\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{10,})~', '***', $text);
    }
}
