<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Modules;

use Lockstep\MigrationTool\Console\FileDiff;
use Lockstep\MigrationTool\Shop\Shop;

/** The files of the user's own modules that the tool reads, each with the file of the installed release that it was made from. */
final class ModuleList
{
    /** @return list<array{file: string, option: string, origin: ?string, edited: bool}> edited: it is another file than its origin */
    public static function of(Shop $shop, string $pristine): array
    {
        $files = ModuleFiles::of($shop);
        $origins = (new Origins($pristine))->all($shop, $files);

        return array_map(static fn (ModuleFile $file): array => [
            'file' => $file->path,
            'option' => $file->option,
            'origin' => $origins[$file->path] ?? null,
            'edited' => !isset($origins[$file->path]) || hash_file('sha256', $pristine . '/' . $origins[$file->path]) !== hash_file('sha256', $shop->path($file->path)),
        ], $files);
    }

    /**
     * @param list<array{file: string, option: string, origin: ?string, edited: bool}> $files
     * @return list<array{path: string, diff: string}> of the edited ones
     */
    public static function diffs(Shop $shop, string $pristine, array $files): array
    {
        $edited = array_values(array_filter($files, static fn (array $file): bool => $file['edited'] && $file['origin'] !== null));

        return array_map(static fn (array $file): array => ['path' => $file['file'], 'diff' => FileDiff::between($pristine . '/' . $file['origin'], $shop->path($file['file']), $file['file'])], $edited);
    }
}
