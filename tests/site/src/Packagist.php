<?php

declare(strict_types=1);

namespace Lockstep\Tests\Site;

/**
 * The real packages that the shop needs, symfony/console above all, from Packagist: asked once, then kept as zips,
 * so that a shop is made quickly and its upgrades need no network.
 */
final class Packagist
{
    public function __construct(private readonly string $cache, private readonly Composer $composer)
    {
    }

    /** Adds $name and all that it requires to a repository. */
    public function addTo(Repository $repository, string $name, string $constraint): void
    {
        $directory = sprintf('%s/%s-%s', $this->cache, strtr($name, '/', '-'), preg_replace('/[^0-9.]/', '', $constraint));
        Files::directory($this->cache);
        $lock = fopen("$directory.lock", 'c'); // shops may be made side by side
        flock($lock, LOCK_EX);
        if (!is_file("$directory/packages.json")) {
            $this->download($directory, $name, $constraint);
        }
        fclose($lock);
        foreach (json_decode(Files::get("$directory/packages.json"), true, 64, JSON_THROW_ON_ERROR) as $zip => $package) {
            $repository->addZip($package, "$directory/$zip");
        }
    }

    private function download(string $directory, string $name, string $constraint): void
    {
        $project = "$directory/project." . getmypid();
        Files::put("$project/composer.json", Files::json(['require' => [$name => $constraint], 'config' => ['lock' => false]]));
        $this->composer->run($project, ['update', '--no-plugins', '--no-scripts', '--prefer-dist']);
        $installed = json_decode(Files::get("$project/vendor/composer/installed.json"), true, 64, JSON_THROW_ON_ERROR);
        $collected = new Repository($directory);
        $packages = [];
        foreach ($installed['packages'] as $package) {
            $files = Files::below("$project/vendor/{$package['name']}");
            // What Packagist says of the package stands in composer.json too, but for the version.
            unset($package['install-path'], $package['dist'], $package['source'], $package['version_normalized'], $package['installation-source']);
            $executable = array_values(array_filter(array_keys($files), static fn (string $file): bool => is_executable("$project/vendor/{$package['name']}/$file")));
            $metadata = ['composer.json' => Files::json($package)];
            $collected->add($metadata + $files, $executable);
            $packages[sprintf('dist/%s-%s.zip', strtr($package['name'], '/', '-'), $package['version'])] = $package;
        }
        exec('rm -rf ' . escapeshellarg($project));
        Files::put("$directory/packages.json.new", Files::json($packages));
        rename("$directory/packages.json.new", "$directory/packages.json");
    }
}
