<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

/** What differs from the release and is no customization: told in one line a kind, so that it drowns nothing. */
final class Noise
{
    private const KINDS = [
        'line_ends' => 'only line ends differ (CRLF)',
        'final_newline' => 'only the newline at the end differs',
        'white_space' => 'only white space that means nothing differs',
        'mode' => 'only the executable bit differs',
        'left_out' => 'left out: tests, documents, dot files',
        'copy' => 'made from .dist without an edit',
    ];
    /** Made from .dist, and no edit of it. */
    public const COPY = 'copy';
    public const NONE = ['line_ends' => [], 'final_newline' => [], 'white_space' => [], 'mode' => [], 'left_out' => [], 'copy' => []];

    /**
     * @param list<array{path: string, noise: ?string}> $items
     * @return array<string, list<string>> paths by kind; each kind is there
     */
    public static function of(array $items): array
    {
        $noise = self::NONE;
        foreach ($items as $item) {
            if ($item['noise'] !== null) {
                $noise[$item['noise']][] = $item['path'];
            }
        }

        return $noise;
    }

    /**
     * @param array<array-key, list<string>> $noise
     * @return array<string, string> by kind, of those that are there: "1,204 files: only line ends differ (CRLF)"
     */
    public static function lines(array $noise): array
    {
        $lines = [];
        foreach (self::KINDS as $kind => $words) {
            $count = count($noise[$kind] ?? []);
            if ($count > 0) {
                $lines[$kind] = sprintf('%s file%s: %s', number_format($count), $count === 1 ? '' : 's', $words);
            }
        }

        return $lines;
    }
}
