<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Modules;

use Lockstep\Merge;
use Lockstep\MigrationTool\Files;

/**
 * Directories that a release renamed: the new one whose files have the most in common with those of the old one, all together. One
 * file alone tells little, as the editions have many that are alike.
 */
final class Moves
{
    /** @var array<string, ?string> directory of the old release => what it is called in the new one; null: it is nowhere */
    private array $known = [];

    /**
     * @param string $old absolute path of an unpacked release
     * @param string $new
     */
    public function __construct(
        private readonly string $old,
        private readonly string $new,
    ) {
    }

    /** Where a file of the old release is in the new one: at its path, or below the renamed directory; null when it is at neither. */
    public function of(string $file): ?string
    {
        if (is_file($this->new . '/' . $file)) {
            return $file;
        }
        for ($directory = dirname($file); $directory !== '.'; $directory = dirname($directory)) {
            $moved = $this->directory($directory);
            $path = $moved . substr($file, strlen($directory));
            if ($moved !== null && is_file($this->new . '/' . $path)) {
                return $path;
            }
        }

        return null;
    }

    private function directory(string $directory): ?string
    {
        if (!array_key_exists($directory, $this->known)) {
            $this->known[$directory] = is_dir($this->new . '/' . $directory) ? null : $this->find($directory);
        }

        return $this->known[$directory];
    }

    /** Among the new directories beside it. */
    private function find(string $directory): ?string
    {
        $files = Files::below($this->old . '/' . $directory);
        $best = null;
        $most = 0;
        foreach (Files::names($this->new . '/' . dirname($directory)) as $name) {
            $candidate = dirname($directory) . '/' . $name;
            if (!is_dir($this->new . '/' . $candidate) || file_exists($this->old . '/' . $candidate)) {
                continue;
            }
            $points = 0;
            foreach ($files as $file) {
                $points += max(0, Merge::similar($this->old . '/' . $directory . '/' . $file, $this->new . '/' . $candidate, [$file])[0] ?? 0);
            }
            if ($points > $most) {
                [$best, $most] = [$candidate, $points];
            }
        }

        return $best;
    }
}
