<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model;

use Magento\Framework\Exception\NotFoundException;

/** The files that may be downloaded: what cron found in the backup directory, never a path that a request names. */
class Downloads
{
    public function __construct(
        private readonly Settings $settings,
        private readonly Overview $overview,
    ) {
    }

    /**
     * @param mixed $id   of a backup, as the request has it
     * @param mixed $part its name
     *
     * @return array{id: string, part: string, name: string, path: string}
     *
     * @throws NotFoundException also when downloads are switched off
     */
    public function find(mixed $id, mixed $part): array
    {
        if ($this->settings->flag('download/enabled') && is_string($id) && is_string($part)) {
            foreach ($this->overview->backups() as $set) {
                foreach (is_array($set['parts'] ?? null) ? $set['parts'] : [] as $found) {
                    if (($set['id'] ?? null) === $id && is_array($found) && ($found['name'] ?? null) === $part && is_string($set['path'] ?? null) && is_string($found['file'] ?? null)) {
                        return ['id' => $id, 'part' => $part, 'name' => basename($found['file']), 'path' => $set['path'] . '/' . basename($found['file'])];
                    }
                }
            }
        }
        throw new NotFoundException(__('There is no such backup.'));
    }
}
