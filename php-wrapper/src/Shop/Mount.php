<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Shop;

/** One mount, as the kernel lists it for this process: a rename never leaves it, whatever the device. */
final class Mount
{
    private const LIST = '/proc/self/mountinfo';

    /** @param string $root what of the source's file system stands at the mount point: "/" but for a bind mount */
    private function __construct(
        public readonly string $point,
        public readonly string $type,
        public readonly string $source,
        public readonly string $root,
        public readonly bool $readOnly,
    ) {
    }

    /** The mount that an absolute path lies on; null where the kernel does not tell. */
    public static function holding(string $path): ?self
    {
        $found = null;
        foreach (self::all() as $mount) {
            $below = $mount->point === '/' || $mount->point === $path || str_starts_with($path, $mount->point . '/');
            if ($below && ($found === null || strlen($mount->point) >= strlen($found->point))) { // of two at one place the later covers the other
                $found = $mount;
            }
        }

        return $found;
    }

    /** The mount at exactly this path. */
    public static function at(string $path): ?self
    {
        $mount = self::holding($path);

        return $mount !== null && $mount->point === $path ? $mount : null;
    }

    /** @return list<string> mount points at this path and below it */
    public static function within(string $path): array
    {
        $points = array_map(static fn (self $mount): string => $mount->point, self::all());

        return array_values(array_unique(array_filter($points, static fn (string $point): bool => str_starts_with($point . '/', $path . '/'))));
    }

    public function describe(): string
    {
        return $this->root === '/' ? $this->type : sprintf('"%s" of %s, %s', $this->root, $this->source, $this->type);
    }

    /** @return list<self> */
    private static function all(): array
    {
        $mounts = [];
        foreach (is_readable(self::LIST) ? (file(self::LIST, FILE_IGNORE_NEW_LINES) ?: []) : [] as $line) {
            // proc(5): id, parent, device, root, mount point, options, optional fields, "-", type, source, options of the file system
            if (preg_match('~^\d+ \d+ \S+ (\S+) (\S+) (\S+) .*?- (\S+) (\S+) (\S+)~', $line, $field) === 1) {
                [, $root, $point, $options, $type, $source, $super] = array_map(stripcslashes(...), $field);
                $mounts[] = new self($point, $type, $source, $root, in_array('ro', explode(',', $options . ',' . $super), true));
            }
        }

        return $mounts;
    }
}
