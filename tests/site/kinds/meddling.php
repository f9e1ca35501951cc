<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;

return new class () extends Kind {
    public function description(): string
    {
        return 'a trusted plugin that writes to composer.json what the shop\'s meddle.php says';
    }

    public function packages(): array
    {
        return ['meddling-plugin'];
    }

    public function composerJson(array $json): array
    {
        $json['require']['lockstep-fixture/meddling-plugin'] = '1.0.0';
        $json['config']['allow-plugins'] = ['lockstep-fixture/meddling-plugin' => true];

        return $json;
    }
};
