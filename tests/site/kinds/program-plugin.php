<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;

return new class () extends Kind {
    public function description(): string
    {
        return 'a plugin that runs a program of a package in the bin directory whenever Composer is done';
    }

    public function packages(): array
    {
        return ['program-plugin'];
    }

    public function composerJson(array $json): array
    {
        $json['require']['lockstep-fixture/program-plugin'] = '1.0.0';
        $json['config']['allow-plugins'] = ['lockstep-fixture/program-plugin' => true];

        return $json;
    }
};
