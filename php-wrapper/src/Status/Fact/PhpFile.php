<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status\Fact;

/** A file of app/etc that returns an array; one that throws is as one without content. */
final class PhpFile
{
    /** @return array<mixed> */
    public static function read(string $file): array
    {
        if (!is_file($file)) {
            return [];
        }
        try {
            $value = (static fn (): mixed => include $file)();
        } catch (\Throwable) {
            return [];
        }

        return is_array($value) ? $value : [];
    }

    /**
     * @param array<mixed> $value
     *
     * @return array<mixed>
     */
    public static function at(array $value, string ...$keys): array
    {
        foreach ($keys as $key) {
            $value = is_array($value[$key] ?? null) ? $value[$key] : [];
        }

        return $value;
    }
}
