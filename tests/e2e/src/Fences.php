<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e;

/** Machines with other write fences than this one: commands behind a real seccomp filter, which all that they start inherit. */
final class Fences
{
    /** fence => the system calls that are forbidden, so that this one is left */
    private const FORBIDDEN = ['landlock' => null, 'namespace' => 'landlock', 'copies' => 'landlock,namespaces'];

    /** @return array<string, array{string}> for data providers */
    public static function all(): array
    {
        return ['landlock' => ['landlock'], 'namespace' => ['namespace'], 'copies' => ['copies']];
    }

    /**
     * @param list<string> $command
     * @return list<string> the command for a machine on which $fence is the best one
     */
    public static function only(string $fence, array $command): array
    {
        $forbidden = self::FORBIDDEN[$fence];

        return $forbidden === null ? $command : [self::launcher(), $forbidden, ...$command];
    }

    private static function launcher(): string
    {
        static $program = null;
        if ($program === null) {
            $program = Site::directory('seccomp') . '/forbid';
            $result = Program::run(['cc', '-O1', '-o', $program, Site::project() . '/tests/seccomp/forbid.c'], '/', getenv());
            if ($result->exit !== 0) {
                throw new \RuntimeException((string)$result);
            }
        }

        return $program;
    }
}
