<?php

declare(strict_types=1);

namespace Lockstep\Tests\Site;

/** The stand-in tool as a git repository: a commit for each release, in which a branch, 2.4-develop, goes on from 2.4.5. */
final class GitTool
{
    public const BRANCH = '2.4-develop';

    public function __construct(private readonly Shop $shop, private readonly Composer $composer)
    {
    }

    /** Installs 2.4.5 from source; its releases have archives, too, as those of GitHub have, but the shop prefers sources. */
    public function installRelease(): void
    {
        $commits = $this->make();
        $json = $this->composerJson();
        $releases = json_decode(Files::get(substr($json['repositories']['shop']['url'], 7) . '/packages.json'), true, 64, JSON_THROW_ON_ERROR)['packages'][Tool::NAME];
        $packages = [];
        foreach ($releases as $version => $package) {
            $packages[] = ['source' => ['type' => 'git', 'url' => $this->directory(), 'reference' => $commits[$version]]] + $package;
        }
        $json['config']['preferred-install'] = [Tool::NAME => 'source'];
        $this->install($json, ['type' => 'package', 'package' => $packages], '2.4.5');
    }

    public function installBranch(): void
    {
        $this->make();
        $this->install($this->composerJson(), ['type' => 'vcs', 'url' => $this->directory(), 'canonical' => false], 'dev-' . self::BRANCH);
    }

    /**
     * @param array<string, mixed> $json       composer.json
     * @param array<string, mixed> $repository
     */
    private function install(array $json, array $repository, string $constraint): void
    {
        $json['repositories'] = ['tool' => $repository] + $json['repositories'];
        $json['require'][Tool::NAME] = $constraint;
        $json['config']['allow-plugins'] = (object)$json['config']['allow-plugins'];
        Files::put("{$this->shop->root}/composer.json", Files::json($json));
        exec('rm -rf ' . escapeshellarg($this->shop->tool()));
        $this->composer->run($this->shop->root, ['update', '--prefer-source', '--', Tool::NAME]);
        if (!is_dir($this->shop->tool() . '/.git')) {
            throw new \RuntimeException('Composer did not install the tool from source');
        }
    }

    private function directory(): string
    {
        return "{$this->shop->root}/.tool-source";
    }

    /** @return array<string, mixed> */
    private function composerJson(): array
    {
        return json_decode(Files::get("{$this->shop->root}/composer.json"), true, 64, JSON_THROW_ON_ERROR);
    }

    /** Commits everything that differs in a checkout. */
    public static function commit(string $directory, string $message): void
    {
        self::git($directory, 'add', '--all');
        self::git($directory, 'commit', '--quiet', '--message', $message);
    }

    /** @return array<string, string> release => commit */
    private function make(): array
    {
        $directory = $this->directory();
        Files::directory($directory);
        self::git($directory, 'init', '--quiet', '--initial-branch', 'releases');
        $commits = [];
        foreach (Tool::RELEASES as $version) {
            exec('find ' . escapeshellarg($directory) . ' -mindepth 1 -maxdepth 1 -not -name .git -exec rm -rf {} +');
            foreach (Tool::files($version) as $path => $contents) {
                Files::put("$directory/$path", $contents);
            }
            self::commit($directory, $version);
            $commits[$version] = self::git($directory, 'rev-parse', 'HEAD');
        }
        self::git($directory, 'checkout', '--quiet', '-b', self::BRANCH, $commits['2.4.5']);
        Files::put("$directory/NEXT.txt", "What comes after release 2.4.5.\n");
        self::commit($directory, 'Go on');

        return $commits;
    }

    private static function git(string $directory, string ...$arguments): string
    {
        $identity = ['-c', 'user.name=Fixture', '-c', 'user.email=fixture@example.invalid', '-c', 'commit.gpgsign=false'];
        exec(implode(' ', array_map(escapeshellarg(...), ['git', '-C', $directory, ...$identity, ...$arguments])) . ' 2>&1', $output, $status);
        if ($status !== 0) {
            throw new \RuntimeException("git $arguments[0] in $directory: " . implode("\n", $output));
        }

        return implode("\n", $output);
    }
}
