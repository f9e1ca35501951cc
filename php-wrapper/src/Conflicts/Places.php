<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Conflicts;

use Lockstep\MigrationTool\Secrets;

/** The places of a conflict, read from the file with the markers; what the base had there is found by what mine still shares with it. */
final class Places
{
    /** @return list<Place> none where texts were not merged, or merged into what does not hold */
    public static function of(Conflict $conflict): array
    {
        if (!$conflict->hasText()) {
            return [];
        }
        $merged = self::lines($conflict->file());
        $shown = explode("\n", Secrets::mask(implode("\n", $merged)));
        $base = new BaseLines($conflict->side('mine'), $conflict->side('base'));
        $places = [];
        $at = null;
        $middle = 0;
        foreach ($merged as $index => $line) {
            if (str_starts_with($line, '<<<<<<< ')) {
                $at = $index;
                $middle = 0;
            } elseif ($at !== null && $middle === 0 && rtrim($line, "\r") === '=======') {
                $middle = $index;
            } elseif ($at !== null && $middle > 0 && str_starts_with($line, '>>>>>>> ')) {
                $mine = array_slice($merged, $at + 1, $middle - $at - 1);
                $places[] = new Place(
                    $at + 1,
                    $index + 1,
                    array_slice($shown, $at + 1, $middle - $at - 1),
                    $base->of($mine, $merged[$at - 1] ?? null),
                    array_slice($shown, $middle + 1, $index - $middle - 1),
                );
                $at = null;
            }
        }

        return $places;
    }

    /** @return list<string> */
    private static function lines(string $file): array
    {
        $text = is_file($file) ? (string) file_get_contents($file) : '';

        return $text === '' ? [] : explode("\n", str_ends_with($text, "\n") ? substr($text, 0, -1) : $text);
    }
}
