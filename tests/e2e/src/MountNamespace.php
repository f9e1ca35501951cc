<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e;

/** A mount namespace of its own in which a shop is mounted as some hosts do it; it ends with the program that ran in it. */
final class MountNamespace
{
    private const SNAPSHOT = 'require $argv[1]; echo Lockstep\Tests\E2e\Snapshot::of($argv[2], ["var/lockstep", "var/.regenerate", "var/composer_home"])->hash();';
    /** @var list<string> commands of the shell */
    private array $lines = [];
    /** @var list<string> */
    private array $atEnd = [];
    private readonly string $directory;

    public function __construct(private readonly Site $site)
    {
        $this->directory = Site::directory('mounts');
    }

    /** Why there can be none here; null where there can. */
    public static function hindrance(): ?string
    {
        $result = Program::run(['unshare', '-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], '/', getenv());

        return $result->exit === 0 ? null : 'the kernel gives no mount namespace: ' . trim($result->stderr);
    }

    /** The shop as a layer of an image, which is not written to; what is written goes to $upper. @return string the upper layer */
    public function image(): string
    {
        foreach (['upper', 'work'] as $name) {
            mkdir("$this->directory/$name");
        }
        $this->lines[] = sprintf('mount -t overlay overlay -o lowerdir=%1$s,upperdir=%2$s/upper,workdir=%2$s/work,redirect_dir=off %1$s', $this->site->root, $this->directory);

        return "$this->directory/upper";
    }

    public function bind(string $from, string $to): self
    {
        return $this->shell(sprintf('mount --bind %s %s', escapeshellarg($from), escapeshellarg($to)));
    }

    /** A file system of its own at a path of the shop, with what stands there. */
    public function device(string $path): self
    {
        $at = escapeshellarg($this->site->path($path));

        return $this->shell("mkdir -p $this->directory/device && mount -t tmpfs none $this->directory/device && cp -a $at/. $this->directory/device/ && mount --move $this->directory/device $at");
    }

    /** A file system in user space, which knows nothing of RENAME_EXCHANGE and RENAME_NOREPLACE. */
    public function fuse(): self
    {
        $this->atEnd[] = 'cd /; umount -l ' . $this->site->root;

        return $this->shell(sprintf('bindfs %1$s %1$s', $this->site->root));
    }

    public function shell(string $line): self
    {
        $this->lines[] = $line;

        return $this;
    }

    /**
     * Runs commands one after another in the shop; the last one's exit code and output are the result's.
     *
     * @param list<list<string>>    $commands
     * @param array<string, string> $environment
     */
    public function run(array $commands, array $environment): Result
    {
        $last = array_pop($commands);
        $quoted = static fn (array $command): string => implode(' ', array_map('escapeshellarg', $command));
        $script = implode("\n", [
            'set -e', 'mount --make-rprivate /', ...$this->lines, 'cd ' . escapeshellarg($this->site->root), $this->snapshot('before'), 'set +e',
            ...array_map(static fn (array $command): string => $quoted($command) . ' >&2', $commands), $quoted($last), 'status=$?',
            $this->snapshot('after'), ...$this->atEnd, 'exit $status',
        ]);

        return Program::run(['unshare', '-m', 'sh', '-c', $script], '/', $environment);
    }

    /** Was the shop, as it was seen in the namespace, the same before and after? */
    public function isUnchanged(): bool
    {
        $before = (string)file_get_contents("$this->directory/before");

        return $before !== '' && $before === file_get_contents("$this->directory/after");
    }

    private function snapshot(string $name): string
    {
        return sprintf('%s -r %s %s %s > %s', PHP_BINARY, escapeshellarg(self::SNAPSHOT), escapeshellarg(Site::project() . '/tests/e2e/bootstrap.php'), escapeshellarg($this->site->root), "$this->directory/$name");
    }
}
