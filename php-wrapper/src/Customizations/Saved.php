<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Customizations;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Terminal;
use Lockstep\Tree;

/** The customizations of one moment: var/lockstep/customizations/<id>/ has what was at each path in files/, and customizations.json about it. */
final class Saved
{
    public const ABOUT = 'customizations.json';
    private const FORMAT = 1;

    /** @param list<Item> $items in the order of their paths */
    private function __construct(
        public readonly string $directory,
        public readonly string $id,
        public readonly Base $base,
        public readonly ?string $stamp,
        public readonly array $items,
    ) {
    }

    /** Null when it is not whole, or not ours. */
    public static function read(string $directory): ?self
    {
        $file = $directory . '/' . self::ABOUT;
        $json = is_file($file) && is_readable($file) ? json_decode((string) file_get_contents($file), true) : null;
        if (!is_array($json) || ($json['format'] ?? null) !== self::FORMAT || !is_array($json['items'] ?? null)) {
            return null;
        }
        $base = Base::read($json['base'] ?? null);
        $items = array_map(Item::read(...), array_values($json['items']));
        if ($base === null || in_array(null, $items, true)) {
            return null;
        }

        return new self($directory, basename($directory), $base, is_string($json['stamp'] ?? null) ? $json['stamp'] : null, $items);
    }

    /**
     * Writes them below $directory, which is private and empty; customizations.json, its last file, makes it whole.
     *
     * @param list<Item> $items
     */
    public static function write(string $directory, string $tool, Base $base, ?string $stamp, array $items): void
    {
        foreach ($items as $item) {
            if ($item->type === Item::FILE && !$item->unedited) { // else the release has the bytes
                $to = $directory . '/files/' . $item->path;
                Tree::privateDirectory(dirname($to));
                Tree::copy($tool . '/' . $item->path, $to);
                chmod($to, 0600);
                self::check($to, $item);
            }
        }
        self::about($directory, $base, $stamp, $items);
    }

    /** The very same customizations in a tool that was put there anew. */
    public function stamp(?string $stamp): void
    {
        self::about($this->directory, $this->base, $stamp, $this->items);
    }

    /** @param list<Item> $items */
    private static function about(string $directory, Base $base, ?string $stamp, array $items): void
    {
        $json = ['format' => self::FORMAT, 'base' => $base->toArray(), 'stamp' => $stamp, 'items' => array_map(static fn (Item $item): array => $item->toArray(), $items)];
        Tree::put($directory . '/' . self::ABOUT, json_encode($json, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR) . "\n");
    }

    /** @param list<Item> $items */
    public function isSame(Base $base, array $items): bool
    {
        return $this->base->tool->key() === $base->tool->key() && $this->items == $items;
    }

    /** Puts them into $tool, a copy of the release that they were made in. */
    public function into(string $tool): void
    {
        foreach ($this->items as $item) {
            Tree::remove($tool . '/' . $item->path);
        }
        foreach ($this->items as $item) {
            $to = $tool . '/' . $item->path;
            if ($item->type !== Item::ABSENT && !is_dir(dirname($to))) {
                mkdir(dirname($to), 0755, true);
            }
            match ($item->type) {
                Item::FILE => $this->file($item, $tool),
                Item::LINK => symlink((string) $item->link, $to),
                Item::DIRECTORY => is_dir($to) || mkdir($to, $item->mode | 0700),
                default => null,
            };
        }
    }

    private function file(Item $item, string $tool): void
    {
        $to = $tool . '/' . $item->path;
        Tree::copy($item->unedited && $item->dist !== null ? $tool . '/' . $item->dist : $this->directory . '/files/' . $item->path, $to);
        chmod($to, $item->mode);
        self::check($to, $item);
    }

    private static function check(string $file, Item $item): void
    {
        if (hash_file('sha256', $file) !== $item->sha256) {
            throw new Failure(ExitCode::BACKUP, 'saved-damaged', sprintf('"%s" is not what was saved of "%s".', $file, Terminal::safe($item->path)), 'It was changed meanwhile, or the disk is failing. Run it again, or choose another saved state or backup with --customizations-from=ID.');
        }
    }

    /** @return array{id: string, time: string, version: string, files: int} */
    public function toArray(): array
    {
        return ['id' => $this->id, 'time' => Identifier::time($this->id), 'version' => $this->base->tool->version, 'files' => count($this->items)];
    }
}
