<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Shop;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Cluster\ClusterLock;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\Site;

/** One Magento shop on disk: its real root, its vendor directory, its state directory, and what is installed in it. */
final class Shop
{
    public const TOOL = 'magento/data-migration-tool';
    /** Where Lockstep keeps its state, relative to the root. */
    public const STATE = 'var/lockstep';

    /** Held by commands that write; asked before all that cannot be thrown away. */
    public ?ClusterLock $cluster = null;
    private ?Installed $installed = null;

    /**
     * @param string  $root           absolute, symlinks resolved
     * @param string  $vendor         relative to the root
     * @param ?string $stateElsewhere absolute; where the state is kept when it is not in the shop
     */
    public function __construct(
        public readonly string $root,
        public readonly string $vendor,
        public readonly ?string $stateElsewhere = null,
    ) {
    }

    /** The same shop for who may write nothing to it. */
    public function withStateIn(string $directory): self
    {
        return new self($this->root, $this->vendor, $directory);
    }

    public function path(string $relative): string
    {
        return $this->root . '/' . $relative;
    }

    /** Absolute path below the state directory. */
    public function state(string $relative = ''): string
    {
        return ($this->stateElsewhere ?? $this->root . '/' . self::STATE) . ($relative === '' ? '' : '/' . $relative);
    }

    /** Where the tool is, or would be installed, relative to the root. */
    public function toolPath(): string
    {
        return $this->vendor . '/' . self::TOOL;
    }

    public function installed(): Installed
    {
        try {
            return $this->installed ??= new Installed(Site::read($this->root, $this->vendor));
        } catch (CoreException $e) {
            foreach (['composer.json', 'composer.lock', $this->vendor . '/composer/installed.json'] as $file) {
                $known = LinkedPath::of($this->path($file)) ?? BrokenJson::of($this->path($file));
                if ($known !== null) {
                    throw new Failure(ExitCode::PREFLIGHT, $known instanceof LinkedPath ? 'linked' : $e->getStatus(), $known->message, $known->fix, [], $e);
                }
            }
            throw Failure::fromCore($e, ExitCode::PREFLIGHT, 'The installed packages could not be read');
        }
    }

    /**
     * How the documents of the commands begin.
     *
     * @return array{magento: array{edition: string, version: string, source: string}, tool: array{installed: bool, version: string, path: string}}
     * @throws Failure when the installed packages cannot be read
     */
    public function versions(): array
    {
        $installed = $this->installed();

        return [
            'magento' => $installed->magento(),
            'tool' => ['installed' => $installed->hasTool(), 'version' => $installed->toolVersion(), 'path' => $installed->hasTool() ? $this->toolPath() : ''],
        ];
    }

    /**
     * The same for the documents of what may have failed just because they cannot be read.
     *
     * @return array{magento: array{edition: string, version: string, source: string}, tool: array{installed: bool, version: string, path: string}}
     */
    public function versionsIfKnown(): array
    {
        try {
            return $this->versions();
        } catch (Failure) {
            return ['magento' => ['edition' => '', 'version' => '', 'source' => ''], 'tool' => ['installed' => false, 'version' => '', 'path' => '']];
        }
    }

    /** Forgets what was read: after a commit. */
    public function refresh(): void
    {
        $this->installed = null;
    }
}
