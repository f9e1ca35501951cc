<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Cluster;

use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Runs\Process;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Shop\StatePlace;
use Lockstep\MigrationTool\Terminal;

/**
 * What this node does to the shop right now, in a file of its own in the shared state: other nodes tell who is at work, and
 * the next command on this node tells of one that died. No more than words depends on it.
 */
final class NodeRecord
{
    private const NAME = 'node-%s.json';
    /** After that another node, of which nothing can be known, is not named any more. */
    private const BELIEVED_SECONDS = 86400;

    private function __construct(private readonly Shop $shop, private readonly string $file)
    {
    }

    /** The caller holds the flock. Nothing is kept where there is no state yet. */
    public static function begin(Shop $shop, string $command, Reporter $reporter): self
    {
        $own = Process::own();
        $record = new self($shop, $shop->state(sprintf(self::NAME, preg_replace('/[^\w.-]/', '_', $own->node))));
        $last = self::read($record->file);
        if ($last !== null && !$last['process']->lives($last['started'], 0)) {
            $reporter->warning(sprintf('The last command on this node died: %s.', self::words($last)));
        }
        if (is_dir($shop->state()) && !StatePlace::isBlocked($shop)) {
            @touch($record->file) && @chmod($record->file, 0600) && @file_put_contents($record->file, json_encode(['command' => $command, 'started' => gmdate('Y-m-d\TH:i:s\Z'), 'process' => $own->toArray()], JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES) . "\n");
        }

        return $record;
    }

    public function end(): void
    {
        @unlink($this->file);
    }

    /** The lock of all nodes is ours: what others have left is of those that died, or that will not get it. */
    public function removeOthers(): void
    {
        foreach (array_diff(Files::matching($this->shop->state(), sprintf(self::NAME, '*')), [$this->file]) as $file) {
            @unlink($file);
        }
    }

    /** @return list<string> what other nodes do, as far as they have told */
    public function others(): array
    {
        $others = [];
        foreach (Files::matching($this->shop->state(), sprintf(self::NAME, '*')) as $file) {
            $data = self::read($file);
            if ($file !== $this->file && $data !== null && $data['process']->lives($data['started'], self::BELIEVED_SECONDS)) {
                $others[] = self::words($data);
            }
        }

        return $others;
    }

    /** @return ?array{command: string, started: string, process: Process} */
    private static function read(string $file): ?array
    {
        $data = json_decode((string) @file_get_contents($file), true);
        if (!is_array($data) || !is_string($data['command'] ?? null) || !is_string($data['started'] ?? null)) {
            return null;
        }

        return ['command' => $data['command'], 'started' => $data['started'], 'process' => Process::fromArray($data['process'] ?? null)];
    }

    /** @param array{command: string, started: string, process: Process} $data */
    private static function words(array $data): string
    {
        return Terminal::safe(sprintf('"%s" on %s, process %d, begun %s', $data['command'], $data['process']->node, $data['process']->pid, $data['started']));
    }
}
