<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

/** Passwords and crypt keys of config.xml never reach a terminal or a log. */
final class Secrets
{
    private const NAMES = '(?:password|passwd|crypt_?key)';

    /** User, password and token in addresses, all hidden: what Composer says. */
    public static function maskAddresses(string $text): string
    {
        return (string) preg_replace(['~://[^/\s:@]+:[^/\s@]+@~', '~(https?://)[^/\s:@]+@~i'], ['://***:***@', '$1***@'], $text);
    }

    /** Line by line as it was: only values go, not the newlines in them, and not the conflict markers between them. */
    public static function mask(string $text): string
    {
        $text = (string) preg_replace_callback('~(\b[\w:.-]*' . self::NAMES . '\s*=\s*)(["\'])((?:(?!\2).)*)(?:\2|\z)~is', self::quoted(...), $text);
        $text = (string) preg_replace_callback('~((?:["\'])[\w:.-]*' . self::NAMES . '["\']\s*=>\s*)(["\'])((?:\\\\.|(?!\2).)*)(?:\2|\z)~is', self::quoted(...), $text);
        $text = (string) preg_replace_callback('~(<!ENTITY\s+(?:%\s*)?[\w:.-]+\s+)(["\'])((?:(?!\2).)*)(?:\2|\z)~is', self::quoted(...), $text);
        $text = (string) preg_replace_callback('~(<[\w:.-]*' . self::NAMES . '\b(?:[^<>"\']|"[^"]*"|\'[^\']*\')*(?<!/)>)(.*?)(?=</|\z)~is', static fn (array $match): string => $match[1] . self::blank($match[2]), $text);
        $text = (string) preg_replace_callback('~(<[\w:.-]+\s(?:[^<>"\']|"[^"]*"|\'[^\']*\')*?\b(?:name|code|id|key)\s*=\s*(["\'])[\w:./-]*' . self::NAMES . '\2(?:[^<>"\']|"[^"]*"|\'[^\']*\')*>)(?:(?<=/>)|(.*?)(?=</|\z))~is', self::named(...), $text);

        return (string) preg_replace('~(://[^/\s:@]+:)[^/\s@]+@~', '$1***@', $text);
    }

    /**
     * <param name="password" value="…"/>
     *
     * @param array<int|string, string> $match the tag, its quote, what is in the element
     */
    private static function named(array $match): string
    {
        $tag = (string) preg_replace_callback('~(\bvalue\s*=\s*)(["\'])((?:(?!\2).)*)\2~is', self::quoted(...), $match[1]);

        return $tag . self::blank($match[3] ?? '');
    }

    /**
     * A unified diff of two files that are at hand: its lines are masked as the whole files show them, in which a value may
     * begin lines before the hunk.
     */
    public static function maskDiff(string $diff, string $before, string $after): string
    {
        $masked = [explode("\n", self::mask($before)), explode("\n", self::mask($after))];
        $at = [0, 0];
        $left = [0, 0];
        $lines = explode("\n", $diff);
        foreach ($lines as $index => $line) {
            if ($left === [0, 0]) {
                if (preg_match('~^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@~', $line, $match) === 1) {
                    $at = [(int) $match[1], (int) $match[3]];
                    $left = [(int) ($match[2] === '' ? 1 : $match[2]), (int) (($match[4] ?? '') === '' ? 1 : $match[4])];
                    $lines[$index] = $match[0]; // what git adds to it is a line of the file
                }
                continue;
            }
            $mark = $line[0] ?? '';
            $sides = ['-' => [0], '+' => [1], ' ' => [0, 1]][$mark] ?? [];
            if ($sides !== []) {
                $side = end($sides);
                $lines[$index] = $mark . ($masked[$side][$at[$side] - 1] ?? '***');
            }
            foreach ($sides as $side) {
                $at[$side]++;
                $left[$side] = max(0, $left[$side] - 1);
            }
        }

        return implode("\n", $lines);
    }

    /** @param array<int|string, string> $match what precedes the value, its quote, the value */
    private static function quoted(array $match): string
    {
        return $match[1] . '"' . self::blank($match[3]) . '"';
    }

    /** What has any character but white space becomes "***" in its line. */
    private static function blank(string $value): string
    {
        return (string) preg_replace('~^(?!<{7} |={7}\r?$|>{7} |\|{7} )([\t +-]*)\S(?:.*\S)?~m', '$1***', $value);
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
