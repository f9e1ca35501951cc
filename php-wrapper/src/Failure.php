<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

use Lockstep\CoreException;

/** An error that a person is told: what happened, to which file, what to do next, and the exit code. */
final class Failure extends \RuntimeException
{
    /** What to do where the core, which knows no shop, has nothing to say; by its status. */
    public const HINTS = [
        'no-space' => 'Free some space, or inodes ("df -h", "df -i"; old backups are in var/lockstep/backups), then run it again.',
        'access' => 'Run it as the Magento file system owner, and where the file system is not mounted read-only.',
    ];

    /**
     * @param string               $error stable lower-case name for JSON ("wrong-user", "no-release", …)
     * @param array<string, mixed> $data  keys of the command's JSON document known so far
     */
    public function __construct(
        public readonly int $exitCode,
        public readonly string $error,
        string $message,
        public readonly string $hint = '',
        public readonly array $data = [],
        ?\Throwable $previous = null,
    ) {
        parent::__construct($message, $exitCode, $previous);
    }

    public static function preflight(string $error, string $message, string $hint = ''): self
    {
        return new self(ExitCode::PREFLIGHT, $error, $message, $hint);
    }

    /** The core's error under the exit code of the step that it stopped; "locked" and "recovery" keep their own. */
    public static function fromCore(CoreException $e, int $exitCode, string $context = ''): self
    {
        $exitCode = match ($e->getStatus()) {
            'locked' => ExitCode::LOCKED,
            'recovery' => ExitCode::PERSON_NEEDED,
            default => $exitCode,
        };
        $message = $e->getMessage();
        if ($e->getPath() !== '' && !str_contains($message, $e->getPath())) {
            $message = $e->getPath() . ': ' . $message;
        }
        $message = $context === '' ? $message : $context . ': ' . $message;

        return new self($exitCode, $e->getStatus(), $message, self::hint($e), [], $e);
    }

    public static function hint(CoreException $e): string
    {
        return $e->getHint() === '' ? self::HINTS[$e->getStatus()] ?? '' : $e->getHint();
    }

    /** @param array<string, mixed> $data */
    public function with(array $data): self
    {
        return new self($this->exitCode, $this->error, $this->getMessage(), $this->hint, $data + $this->data, $this->getPrevious());
    }
}
