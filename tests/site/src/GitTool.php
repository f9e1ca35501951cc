<?php

declare(strict_types=1);

namespace Lockstep\Tests\Site;

/** The stand-in tool as a git repository: a commit and a tag for each release up to 2.4.5, and a branch, 2.4-develop, that goes on from there. */
final class GitTool
{
    public const BRANCH = '2.4-develop';

    /** Makes the repository beside the shop's files and lets Composer install the tool from there, from source. */
    public static function install(Shop $shop, Composer $composer, string $constraint): void
    {
        $repository = "$shop->root/.tool-source";
        self::make($repository);
        $json = json_decode(Files::get("$shop->root/composer.json"), true, 64, JSON_THROW_ON_ERROR);
        $json['repositories'] = ['tool' => ['type' => 'vcs', 'url' => $repository, 'canonical' => false]] + $json['repositories'];
        $json['require'][Tool::NAME] = $constraint;
        $json['config']['allow-plugins'] = (object)$json['config']['allow-plugins'];
        Files::put("$shop->root/composer.json", Files::json($json));
        exec('rm -rf ' . escapeshellarg($shop->tool()));
        $composer->run($shop->root, ['update', '--prefer-source', '--', Tool::NAME]);
        if (!is_dir($shop->tool() . '/.git')) {
            throw new \RuntimeException('Composer did not install the tool from source');
        }
    }

    /** Commits everything that differs in a checkout. */
    public static function commit(string $directory, string $message): void
    {
        self::git($directory, 'add', '--all');
        self::git($directory, 'commit', '--quiet', '--message', $message);
    }

    private static function make(string $directory): void
    {
        Files::directory($directory);
        self::git($directory, 'init', '--quiet', '--initial-branch', self::BRANCH);
        foreach (['2.4.4', '2.4.5', null] as $version) {
            exec('find ' . escapeshellarg($directory) . ' -mindepth 1 -maxdepth 1 -not -name .git -exec rm -rf {} +');
            foreach (Tool::files($version ?? '2.4.5') as $path => $contents) {
                Files::put("$directory/$path", $contents);
            }
            if ($version === null) {
                Files::put("$directory/NEXT.txt", "What comes after release 2.4.5.\n");
            }
            self::commit($directory, $version ?? 'Go on');
            if ($version !== null) {
                self::git($directory, 'tag', $version);
            }
        }
    }

    private static function git(string $directory, string ...$arguments): void
    {
        $identity = ['-c', 'user.name=Fixture', '-c', 'user.email=fixture@example.invalid', '-c', 'commit.gpgsign=false'];
        exec(implode(' ', array_map(escapeshellarg(...), ['git', '-C', $directory, ...$identity, ...$arguments])) . ' 2>&1', $output, $status);
        if ($status !== 0) {
            throw new \RuntimeException("git $arguments[0] in $directory: " . implode("\n", $output));
        }
    }
}
