<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Undo;
use Lockstep\Tree;

/** The last upgrade and whether it was taken back: told by the kept journal, else by last-upgrade.json. */
final class LastUpgrade
{
    private const FILE = 'last-upgrade.json';

    /** @return array{id: string, from: string, to: string, time: string, undone: ?string, undo: bool}|null undone: when it was taken back; undo: can it be tried? */
    public static function of(Shop $shop): ?array
    {
        $kept = Undo::last($shop);
        $file = self::read($shop);
        if ($kept === null && $file === []) {
            return null;
        }
        [$from, $to] = $kept === null ? [self::text($file, 'from'), self::text($file, 'to')] : ($kept->undone ? [$kept->to, $kept->from] : [$kept->from, $kept->to]);
        $isSame = $kept === null || $kept->id === ($file['id'] ?? null);

        return [
            'id' => $kept->id ?? self::text($file, 'id'),
            'from' => $from,
            'to' => $to,
            'time' => $isSame && isset($file['time']) ? self::text($file, 'time') : ($kept->time ?? ''),
            'undone' => $kept === null ? (is_string($file['undone'] ?? null) ? $file['undone'] : null) : ($kept->undone ? $kept->time : null),
            'undo' => $kept !== null,
        ];
    }

    /** Unix time of the last change of the tool by an upgrade or an undo. */
    public static function changed(Shop $shop): ?int
    {
        $last = self::of($shop);
        $time = strtotime(Undo::last($shop)->time ?? $last['undone'] ?? $last['time'] ?? '');

        return $time === false ? null : $time;
    }

    /** ID of the backup that the last upgrade made, while that can be undone. */
    public static function backup(Shop $shop): ?string
    {
        $backup = Undo::last($shop) === null ? null : (self::read($shop)['backup'] ?? null);

        return is_array($backup) && is_string($backup['id'] ?? null) ? $backup['id'] : null;
    }

    /** @return list<string> what was left to do and cannot be seen, as it was told then */
    public static function reminders(Shop $shop): array
    {
        $reminders = self::read($shop)['reminders'] ?? null;

        return is_array($reminders) ? array_values(array_filter($reminders, 'is_string')) : [];
    }

    /**
     * @param array<string, mixed> $data
     * @param list<string>         $reminders
     */
    public static function write(Shop $shop, array $data, array $reminders, Reporter $reporter): void
    {
        try {
            Tree::put($shop->state(self::FILE), json_encode(['reminders' => $reminders] + $data + ['undone' => null], JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR) . "\n");
        } catch (CoreException $e) {
            $reporter->warning(sprintf('"%s" could not be written: %s', $shop->state(self::FILE), $e->getMessage()));
        }
    }

    /**
     * After an undo: the record says so.
     *
     * @param list<string> $reminders
     */
    public static function mark(Shop $shop, array $reminders, Reporter $reporter): void
    {
        $last = self::of($shop);
        if ($last !== null) {
            self::write($shop, ['undone' => $last['undone']] + self::read($shop) + array_diff_key($last, ['undo' => true]), $reminders, $reporter);
        }
    }

    /** @return array<string, mixed> */
    private static function read(Shop $shop): array
    {
        $file = $shop->state(self::FILE);
        $json = is_file($file) ? json_decode((string) file_get_contents($file), true) : null;
        $data = [];
        foreach (is_array($json) ? $json : [] as $key => $value) {
            $data[(string) $key] = $value;
        }

        return $data;
    }

    /** @param array<string, mixed> $data */
    private static function text(array $data, string $key): string
    {
        return is_string($data[$key] ?? null) ? $data[$key] : '';
    }
}
