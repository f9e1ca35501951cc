<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Undo;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/**
 * What a restore put in place and what it took out, noted beside its closed journal by stamps: a whole code restore is noted in a
 * moment. The two sides are told by what they are and not by where they lie, so that the record holds before and after an undo.
 */
final class RestoreRecord
{
    /** Looked at even where the restore did not change them: they tell the installed packages. */
    private const REGISTERS = ['composer.json', 'composer.lock'];
    private const RESTORED = '+';
    private const BEFORE = '-';
    private const REGISTER = '=';

    /**
     * @param list<string>                         $items what was swapped
     * @param array<string, array<string, string>> $sides RESTORED, BEFORE, REGISTER => path => stamp
     */
    private function __construct(
        private readonly Shop $shop,
        private readonly Kept $kept,
        public readonly array $items,
        private readonly array $sides,
    ) {
    }

    /**
     * Written after the renames and before the journal is closed.
     *
     * @param list<string> $items
     */
    public static function write(Shop $shop, string $id, array $items, bool $undone = false): void
    {
        $stage = $shop->path(Shop::STATE . '/stage/' . $id);
        $directory = $shop->state('undo/' . $id);
        Tree::privateDirectory($directory);
        $file = $directory . '/' . Record::fileName($id);
        $lines = fopen($file . '.new', 'wb') ?: throw self::unwritten($file);
        chmod($file . '.new', 0600);
        foreach ($items as $item) {
            fwrite($lines, '! ' . self::escape($item) . "\n");
        }
        $sides = [
            self::RESTORED => Stamps::of($undone ? $stage : $shop->root, $items),
            self::BEFORE => Stamps::of($undone ? $shop->root : $stage, $items),
            self::REGISTER => Stamps::of($shop->root, self::registers($shop, $items)),
        ];
        foreach ($sides as $side => $stamps) {
            foreach ($stamps as $path => $stamp) {
                fwrite($lines, $side . ' ' . self::escape((string) $path) . "\t" . $stamp . "\n");
            }
        }
        if (!fwrite($lines, ".\n") || !fsync($lines) || !fclose($lines) || !rename($file . '.new', $file)) {
            throw self::unwritten($file);
        }
        Tree::sync($directory);
    }

    /** Null when it is missing or cut off. */
    public static function read(Shop $shop, Kept $kept): ?self
    {
        $file = $shop->state('undo/' . $kept->id . '/' . Record::fileName($kept->run));
        $lines = is_file($file) ? fopen($file, 'rb') : false;
        if ($lines === false) {
            return null;
        }
        $items = $sides = [];
        $ended = false;
        while (($line = fgets($lines)) !== false) {
            [$path, $stamp] = explode("\t", rtrim(substr($line, 2), "\n") . "\t");
            $path = stripcslashes($path);
            if ($line[0] === '!') {
                $items[] = $path;
            } elseif ($line[0] !== '.') {
                $sides[$line[0]][$path] = $stamp;
            }
            $ended = $line === ".\n";
        }
        fclose($lines);
        foreach ($items as $item) {
            if (preg_match('~(^|/)\.{0,2}(/|$)~', $item) === 1) {
                return null;
            }
        }

        return $ended && $items !== [] ? new self($shop, $kept, $items, $sides) : null;
    }

    /** @return list<string> what lies in the site where the record looks, and is not as the restore, or its undo, left it */
    public function edited(): array
    {
        return $this->changed($this->kept->undone ? self::BEFORE : self::RESTORED, $this->shop->root, $this->items);
    }

    /** @return list<string> the same for the undo copy */
    public function damaged(): array
    {
        return $this->changed($this->kept->undone ? self::RESTORED : self::BEFORE, $this->stage(), $this->items);
    }

    /** @return list<string> files that tell the installed packages and are of no item, but changed */
    public function registersChanged(): array
    {
        return $this->changed(self::REGISTER, $this->shop->root, self::registers($this->shop, $this->items));
    }

    /** What a chmod of var/ did to the undo copy is put right; then it is made durable. */
    public function prepare(): void
    {
        foreach ($this->sides[$this->kept->undone ? self::RESTORED : self::BEFORE] ?? [] as $path => $stamp) {
            $file = $this->stage() . '/' . $path;
            if (!is_link($file) && ((int) fileperms($file) & 07777) !== Stamps::permissions($stamp)) {
                chmod($file, Stamps::permissions($stamp));
            }
        }
        Tree::sync($this->stage());
    }

    private function stage(): string
    {
        return $this->shop->path(Shop::STATE . '/stage/' . $this->kept->id);
    }

    /**
     * @param list<string> $items
     *
     * @return list<string>
     */
    private function changed(string $side, string $base, array $items): array
    {
        $before = $this->sides[$side] ?? [];
        $changed = [];
        foreach (Stamps::of($base, $items) as $path => $stamp) {
            if (!Stamps::same($before[$path] ?? null, $stamp)) {
                $changed[] = (string) $path;
            }
            unset($before[$path]);
        }
        $changed = [...$changed, ...array_map('strval', array_keys($before))];
        sort($changed);

        return $changed;
    }

    /**
     * @param list<string> $items
     *
     * @return list<string> those that lie in no item
     */
    private static function registers(Shop $shop, array $items): array
    {
        $registers = [...self::REGISTERS, $shop->vendor . '/composer/installed.json'];

        return array_values(array_filter($registers, static fn (string $path): bool => array_filter($items, static fn (string $item): bool => str_starts_with($path . '/', $item . '/')) === []));
    }

    private static function unwritten(string $file): Failure
    {
        return new Failure(ExitCode::BACKUP, 'no-record', sprintf('"%s" cannot be written; the next command takes the restore back.', $file), 'Look for free space and permissions.');
    }

    private static function escape(string $path): string
    {
        return addcslashes($path, "\0..\37\\");
    }
}
