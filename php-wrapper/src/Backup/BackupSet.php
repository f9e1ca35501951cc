<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

/**
 * One backup set as it lies on disk: a directory with its parts and, written last, backup.json.
 *
 * @phpstan-type PartData array{name: string, file: string, path: string, exclude: list<string>, patterns?: list<string>, members: int, files: int, bytes: int, stored_bytes: int, frames: int, frames_reused: int, frames_reread: int, seconds: float, sha256: string, warnings: list<string>, no_parent: ?string, tables?: int, stripped?: list<string>, link?: string, target?: string}
 */
final class BackupSet
{
    public const COMPLETE = 'complete';
    public const UNFINISHED = 'unfinished';
    public const DAMAGED = 'damaged';

    /**
     * @param string         $problem in words; "" when there is none
     * @param list<PartData> $parts
     * @param string         $seal    Seal's constant: is backup.json what was written?
     */
    private function __construct(
        public readonly string $id,
        public readonly string $path,
        public readonly string $state,
        public readonly string $problem,
        public readonly string $magento,
        public readonly string $tool,
        public readonly array $parts,
        public readonly SetFiles $files,
        public readonly ?VerificationRecord $verified,
        public readonly string $seal,
    ) {
    }

    /**
     * Reads backup.json and looks whether each part is there with the length that it should have.
     *
     * @param ?list<string> $only names of the parts that are to be there; null: all
     */
    public static function read(string $path, ?string $key = null, ?array $only = null): self
    {
        $files = SetFiles::of($path);
        $file = $path . '/' . SetFiles::MANIFEST;
        if (is_file($file) && !is_readable($file)) {
            return new self(basename($path), $path, self::DAMAGED, 'backup.json cannot be read by this user', '', '', [], $files, null, Seal::UNKNOWN);
        }
        $size = static fn (string $name): ?int => is_file($path . '/' . $name) ? (int) filesize($path . '/' . $name) : null;

        return self::of($path, is_file($file) ? (string) file_get_contents($file) : null, $files, $size, VerificationRecord::read($path), $key, $only);
    }

    /**
     * A set wherever it lies.
     *
     * @param ?string                $text backup.json; null: there is none
     * @param callable(string): ?int $size bytes of a file of the set; null: it is not there
     * @param ?list<string>          $only as in read()
     */
    public static function of(string $path, ?string $text, SetFiles $files, callable $size, ?VerificationRecord $verified, ?string $key, ?array $only = null): self
    {
        $id = basename($path);
        $without = static fn (string $state, string $problem, string $seal = Seal::UNKNOWN): self => new self($id, $path, $state, $problem, '', '', [], $files, null, $seal);
        if ($text === null) {
            return $without(self::UNFINISHED, 'backup.json is missing: the backup never ended, or is being made');
        }
        $json = json_decode($text, true);
        $parts = [];
        if (!is_array($json) || !is_array($json['parts'] ?? null) || ($json['id'] ?? null) !== $id) {
            return $without(self::DAMAGED, 'backup.json is not readable or of another set');
        }
        $seal = Seal::status($text, $json, $key);
        if ($seal === Seal::TAMPERED) {
            return $without(self::DAMAGED, 'backup.json was changed after the backup was made: its keyed hash is wrong', $seal);
        }
        $problem = '';
        foreach ($json['parts'] as $part) {
            if (!self::isPart($part)) {
                return $without(self::DAMAGED, 'backup.json has a part that cannot be read', $seal);
            }
            if ($only !== null && !in_array($part['name'], $only, true)) {
                continue;
            }
            $bytes = $size($part['file']);
            if ($bytes === null) {
                $problem = $part['file'] . ' is missing';
            } elseif ($bytes !== $part['stored_bytes']) {
                $problem = sprintf('%s has %d bytes instead of %d', $part['file'], $bytes, $part['stored_bytes']);
            }
            $parts[] = $part;
        }

        return new self(
            $id,
            $path,
            $problem === '' ? self::COMPLETE : self::DAMAGED,
            $problem,
            is_string($json['magento'] ?? null) ? $json['magento'] : '',
            is_string($json['tool'] ?? null) ? $json['tool'] : '',
            $parts,
            $files,
            $verified,
            $seal,
        );
    }

    /**
     * The newest complete backup of the same part, made with the same things left out.
     *
     * @param list<self> $sets oldest first
     *
     * @return ?array{path: string, data: PartData} path of its archive
     */
    public static function last(Part $part, array $sets): ?array
    {
        foreach (array_reverse($sets) as $set) {
            $earlier = $set->state === self::COMPLETE ? $set->part($part->name) : null;
            if ($earlier !== null && $earlier['path'] === $part->path && $earlier['exclude'] === $part->exclude && ($earlier['patterns'] ?? []) === $part->patterns && ($earlier['link'] ?? null) === $part->link) {
                return ['path' => $set->path . '/' . $earlier['file'], 'data' => $earlier];
            }
        }

        return null;
    }

    /** What is wrong by all that is known without reading it back, the last verification among it; "" when nothing is. */
    public function knownProblem(): string
    {
        return $this->problem === '' && $this->verified?->ok === false ? 'found bad when it was verified ' . $this->verified->time : $this->problem;
    }

    /** @return ?PartData */
    public function part(string $name): ?array
    {
        foreach ($this->parts as $part) {
            if ($part['name'] === $name) {
                return $part;
            }
        }

        return null;
    }

    /** What is wrong with the archive that is to be this part, or with backup.json, by the archive's authenticated label; "" when nothing is. */
    public function labelProblem(string $name, string $label): string
    {
        $data = json_decode($label, true);

        return match (true) {
            !is_array($data) || ($data['set'] ?? null) !== $this->id || ($data['part'] ?? null) !== $name => 'is the archive of another backup',
            ($data['sealed'] ?? false) === true && $this->seal === Seal::NONE => 'is good, but backup.json beside it was changed: its keyed hash was taken out',
            $this->seal === Seal::OTHER_KEY => 'is good, but backup.json beside it was changed: it names another key than the archive\'s',
            default => '',
        };
    }

    /** True, or false when it was made before backup.json was sealed; null when it cannot be told. */
    public function isAuthenticated(): ?bool
    {
        return match ($this->seal) {
            Seal::AUTHENTIC => true,
            Seal::NONE => false,
            default => null,
        };
    }

    /** @return array<string, mixed> */
    public function toArray(): array
    {
        return [
            'id' => $this->id,
            'path' => $this->path,
            'created' => \Lockstep\MigrationTool\Identifier::time($this->id),
            'state' => $this->state === self::COMPLETE && $this->knownProblem() !== '' ? self::DAMAGED : $this->state,
            'problem' => $this->knownProblem(),
            'bytes' => $this->files->bytes,
            'verified' => $this->verified?->time,
            'authenticated' => $this->isAuthenticated(),
            'foreign_files' => $this->files->foreign,
            'magento' => $this->magento,
            'tool' => $this->tool,
            'parts' => $this->parts,
        ];
    }

    /** @phpstan-assert-if-true PartData $part */
    private static function isPart(mixed $part): bool
    {
        if (!is_array($part)) {
            return false;
        }
        foreach (['name' => 'is_string', 'file' => 'is_string', 'path' => 'is_string', 'exclude' => 'is_array', 'files' => 'is_int', 'bytes' => 'is_int', 'stored_bytes' => 'is_int', 'sha256' => 'is_string'] as $key => $is) {
            if (!$is($part[$key] ?? null)) {
                return false;
            }
        }

        foreach ([$part['exclude'], $part['patterns'] ?? [], $part['stripped'] ?? []] as $left) {
            if (!is_array($left) || array_filter($left, 'is_string') !== $left) {
                return false;
            }
        }

        if (isset($part['link']) && ($part['name'] !== Part::MEDIA || $part['link'] !== Part::PUBLIC_MEDIA || $part['path'] !== '.')) {
            return false;
        }

        return in_array($part['name'], Part::NAMES, true) && $part['file'] === $part['name'] . '.tar.zst';
    }
}
