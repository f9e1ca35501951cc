<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

/** A class of the tool edited (an edit has three lines around it, which a release that touches other lines leaves as they are): a property behind its head, a method at its end, a line in its middle changed. */
final class ClassKind implements Kind
{
    public const LABELS = ['property' => 'a class: a property added at its start', 'method' => 'a class: a method added at its end', 'line' => 'a class: a line in its middle changed'];

    public function __construct(private readonly string $what)
    {
    }

    public function label(): string
    {
        return self::LABELS[$this->what];
    }

    public function make(string $path, string $base, string $theirs): ?Edit
    {
        $lines = preg_split('/(?<=\n)/', $base, -1, PREG_SPLIT_NO_EMPTY) ?: [];
        $end = self::last($lines, '/^}\s*$/');
        $head = self::last($lines, '/^(abstract |final )?class \w+/');
        if (!str_ends_with($path, '.php') || $head === null || $end === null || $end < $head + 4) {
            return null;
        }
        [$at, $out, $put] = match ($this->what) {
            'property' => [$head + (trim($lines[$head + 1]) === '{' ? 2 : 1), 0, "    /** @var bool */\n    private \$shopsOwn = true;\n\n"],
            'method' => [$end, 0, "\n    public function shopsOwn()\n    {\n        return true;\n    }\n"],
            default => self::line($lines, $head, $end),
        };
        $edited = $lines;
        array_splice($edited, $at, $out, $put === '' ? [] : [$put]);

        return $put === '' ? null : new Edit(implode('', $edited), [], self::expect($lines, $at, $out, $put, $theirs));
    }

    /**
     * The same edit in the new release, when what surrounds its place is there once and as it was.
     *
     * @param list<string> $lines
     */
    private static function expect(array $lines, int $at, int $out, string $put, string $theirs): ?string
    {
        for ($around = 3; $around <= 12; $around++) {
            $start = max(0, $at - $around);
            $above = implode('', array_slice($lines, $start, $at - $start));
            $place = $above . implode('', array_slice($lines, $at, $out + $around));
            $count = substr_count($theirs, $place);
            if ($count === 0) {
                return null;
            }
            if ($count === 1 && substr_count(implode('', $lines), $place) === 1) {
                return substr_replace($theirs, $put, (int) strpos($theirs, $place) + strlen($above), strlen(implode('', array_slice($lines, $at, $out))));
            }
        }

        return null;
    }

    /**
     * @param list<string> $lines
     * @return array{int, int, string}
     */
    private static function line(array $lines, int $head, int $end): array
    {
        for ($at = intdiv($head + $end, 2); $at < $end; $at++) {
            if (preg_match('/^\s+(return .+|\$\w+ = .+|\$this->.+);\s*$/D', $lines[$at]) === 1) {
                return [$at, 1, rtrim($lines[$at]) . " // as the shop needs it\n"];
            }
        }

        return [0, 0, ''];
    }

    /** @param list<string> $lines */
    private static function last(array $lines, string $pattern): ?int
    {
        $found = array_keys(preg_grep($pattern, $lines) ?: []);

        return $found === [] ? null : $found[count($found) - 1];
    }
}
