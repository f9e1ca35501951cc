<?php

declare(strict_types=1);

namespace Lockstep\Tests\Site;

/** A Composer repository on disk (packages.json and zip dists), as repo.magento.com is one on the web. */
final class Repository
{
    /** @var array<string, array<string, array<string, mixed>>> */
    private array $packages = [];

    public function __construct(public readonly string $directory)
    {
        Files::directory("$directory/dist");
    }

    public function url(): string
    {
        return 'file://' . $this->directory;
    }

    /**
     * Adds a release from its files; composer.json among them says name and version.
     *
     * @param array<string, string> $files
     * @param list<string>          $executable
     */
    public function add(array $files, array $executable = []): void
    {
        $package = json_decode($files['composer.json'], true, 64, JSON_THROW_ON_ERROR);
        if (($package['type'] ?? '') !== 'metapackage') {
            $zip = sprintf('%s/dist/%s-%s.zip', $this->directory, strtr($package['name'], '/', '-'), $package['version']);
            $this->zip($zip, $files, $executable);
            $package['dist'] = $this->dist($zip);
        }
        $this->packages[$package['name']][$package['version']] = $package;
    }

    /** Adds a package whose zip is there already: one that Packagist gave. @param array<string, mixed> $package */
    public function addZip(array $package, string $file): void
    {
        $zip = "$this->directory/dist/" . basename($file);
        if (!copy($file, $zip)) {
            throw new \RuntimeException("$zip cannot be written");
        }
        $package['dist'] = $this->dist($zip);
        $this->packages[$package['name']][$package['version']] = $package;
    }

    public function write(): void
    {
        Files::put("$this->directory/packages.json", Files::json(['packages' => $this->packages]));
    }

    /** @return array{type: string, url: string, reference: string, shasum: string} */
    private function dist(string $zip): array
    {
        return ['type' => 'zip', 'url' => "file://$zip", 'reference' => (string)hash_file('sha256', $zip), 'shasum' => (string)hash_file('sha1', $zip)];
    }

    /**
     * @param array<string, string> $files
     * @param list<string>          $executable
     */
    private function zip(string $path, array $files, array $executable): void
    {
        $zip = new \ZipArchive();
        if ($zip->open($path, \ZipArchive::CREATE | \ZipArchive::OVERWRITE) !== true) {
            throw new \RuntimeException("$path cannot be written");
        }
        foreach ($files as $name => $contents) {
            $zip->addFromString($name, $contents);
            $mode = in_array($name, $executable, true) ? 0100755 : 0100644;
            $zip->setExternalAttributesName($name, \ZipArchive::OPSYS_UNIX, $mode << 16);
            $zip->setMtimeName($name, 1678957200); // one time for all: the same sources give the same zip
        }
        if (!$zip->close()) {
            throw new \RuntimeException("$path cannot be written");
        }
    }
}
