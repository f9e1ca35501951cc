<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\Archive;
use Lockstep\CoreException;

/** Whose backup a set is, and whether its archives are those that it tells of: by the authenticated heads of their manifests. */
final class Origin
{
    public const OWN = 'own';
    public const OTHER = 'other';
    public const DAMAGED = 'damaged';

    public function __construct(
        public readonly string $status,
        public readonly string $problem,
    ) {
    }

    /** A set without an archive that can be opened says nothing against being ours. */
    public static function of(BackupSet $set, string $key): self
    {
        $problem = '';
        foreach ($set->files->archives() as $file) {
            try {
                $label = Archive::label($set->path . '/' . $file, $key);
                $wrong = $set->labelProblem(strstr($file, '.', true) ?: '', $label);
                $problem = $wrong === '' ? $problem : $file . ' ' . $wrong;
            } catch (CoreException $e) {
                if ($e->getStatus() === 'unknown-key') {
                    return new self(self::OTHER, self::otherKey());
                }
                $problem = $file . ': ' . $e->getMessage();
            }
        }

        return $problem === '' ? new self(self::OWN, '') : new self(self::DAMAGED, $problem);
    }

    public static function otherKey(): string
    {
        return 'made with another key: it is a backup of another shop, or this shop\'s key was made anew since';
    }
}
