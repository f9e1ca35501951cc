<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;

return new class () extends Kind {
    public function description(): string
    {
        return 'installed with an optimized autoloader in which most classes are listed by their packages: they would be there without optimizing, too';
    }

    public function packagist(): array
    {
        return ['phpunit/phpunit' => '^9.6'];
    }

    public function composerJson(array $json): array
    {
        $json['require-dev']['phpunit/phpunit'] = '^9.6';

        return $json;
    }

    public function installOptions(): array
    {
        return ['--optimize-autoloader'];
    }
};
