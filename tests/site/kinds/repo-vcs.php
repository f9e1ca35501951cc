<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\LocalTool;
use Lockstep\Tests\Site\Shop;
use Lockstep\Tests\Site\Tool;

return new class () extends Kind {
    private string $git = '';

    public function description(): string
    {
        return 'the tool from tags of a git repository (vcs repository), installed as a checkout';
    }

    public function composerJson(array $json): array
    {
        $this->git = substr($json['repositories']['shop']['url'], strlen('file://')) . '/tool.git';

        return LocalTool::from($json, 'git', ['type' => 'vcs', 'url' => "file://$this->git"]);
    }

    public function prepare(Shop $shop): void
    {
        $work = "$this->git.work";
        $this->git('init', '-q', '-b', 'main', $work);
        foreach (Tool::RELEASES as $version) {
            foreach (Tool::files($version) as $path => $contents) {
                Files::put("$work/$path", $contents);
            }
            $this->git('-C', $work, 'add', '-A');
            $this->git('-C', $work, '-c', 'user.name=Fixture', '-c', 'user.email=fixture@example.invalid', 'commit', '-q', '-m', $version);
            $this->git('-C', $work, 'tag', $version);
            $this->git('-C', $work, 'rm', '-q', '-r', '.');
        }
        $this->git('clone', '-q', '--bare', $work, $this->git);
        exec('rm -rf ' . escapeshellarg($work));
    }

    private function git(string ...$arguments): void
    {
        exec(implode(' ', array_map('escapeshellarg', ['git', ...$arguments])) . ' 2>&1', $output, $status);
        if ($status !== 0) {
            throw new RuntimeException(implode("\n", $output));
        }
    }
};
