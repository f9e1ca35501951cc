<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\LocalTool;
use Lockstep\Tests\Site\Tool;

return new class () extends Kind {
    public function description(): string
    {
        return 'the tool\'s releases written into composer.json (package repository); repositories as a list';
    }

    public function composerJson(array $json): array
    {
        $dist = $json['repositories']['shop']['url'] . '/dist/magento-data-migration-tool-';
        $packages = [];
        foreach (Tool::RELEASES as $version) {
            $package = json_decode(Tool::files($version)['composer.json'], true, 16, JSON_THROW_ON_ERROR);
            $packages[] = $package + ['dist' => ['type' => 'zip', 'url' => "$dist$version.zip"]];
        }
        $json = LocalTool::from($json, 'inline', ['type' => 'package', 'package' => $packages]);
        unset($json['repositories']['packagist.org']);
        $json['repositories'] = [...array_values($json['repositories']), ['packagist.org' => false]];

        return $json;
    }
};
