<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Pristine;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;

/** The installed tool: version, reference, and the archive that it came from, as installed.json says. */
final class InstalledTool
{
    private function __construct(
        public readonly string $version,
        public readonly string $reference,
        public readonly string $distType,
        public readonly string $distUrl,
        public readonly string $shasum,
        /** Installed from a branch, whose name says nothing of what is in it. */
        public readonly bool $isBranch,
    ) {
    }

    public static function of(Shop $shop): self
    {
        $package = $shop->installed()->package(Shop::TOOL);
        if ($package === null || !$shop->installed()->hasTool()) {
            throw Failure::preflight('no-tool', sprintf('The Data Migration Tool is not installed in "%s".', $shop->root));
        }

        return new self($package['version'], $package['reference'], $package['dist_type'], $package['dist_url'], $package['dist_shasum'], $shop->installed()->toolBranch() !== '');
    }

    /** @return array{version: string, reference: string, dist_type: string, dist_url: string, dist_shasum: string, branch: bool} */
    public function toArray(): array
    {
        return ['version' => $this->version, 'reference' => $this->reference, 'dist_type' => $this->distType, 'dist_url' => $this->distUrl, 'dist_shasum' => $this->shasum, 'branch' => $this->isBranch];
    }

    /**
     * What toArray() gave; null when it is not that.
     *
     * @param array<mixed> $data
     */
    public static function read(array $data): ?self
    {
        $text = static fn (string $key): string => is_string($data[$key] ?? null) ? $data[$key] : '';

        return $text('version') === '' ? null : new self($text('version'), $text('reference'), $text('dist_type'), $text('dist_url'), $text('dist_shasum'), ($data['branch'] ?? null) === true);
    }

    /** A release of which its version alone is known. */
    public static function ofVersion(string $version): self
    {
        return new self($version, '', '', '', '', false);
    }

    /** A name for this very release, safe in a path. */
    public function key(): string
    {
        $identity = $this->reference !== '' ? $this->reference : ($this->shasum !== '' ? $this->shasum : sha1($this->distUrl));

        return (string) preg_replace('~[^\w.+-]~', '_', ltrim($this->version, 'v')) . '-' . substr((string) preg_replace('~\W~', '_', $identity), 0, 12);
    }

    /** The archive must be the one that the lock file pins, where it does. */
    public function checkArchive(string $file): void
    {
        if ($this->shasum !== '' && hash_file('sha1', $file) !== $this->shasum) {
            throw new Failure(ExitCode::PREFLIGHT, 'shasum', sprintf('"%s" is not the archive that composer.lock pins (its SHA-1 is not %s).', $file, $this->shasum), sprintf('The archive of release %s from the repository that the shop installs it from is needed; an unpacked release can be given as a directory.', $this->version));
        }
    }

    /** Does the directory hold this release? A composer.json without a version is believed, and that of a branch. */
    public function isIn(string $directory): bool
    {
        $file = $directory . '/composer.json';
        $json = is_file($file) ? json_decode((string) file_get_contents($file), true) : null;
        if (!is_array($json) || ($json['name'] ?? null) !== Shop::TOOL) {
            return false;
        }
        $version = $json['version'] ?? null;

        return !is_string($version) || $this->isBranch || ltrim($version, 'v') === ltrim($this->version, 'v');
    }
}
