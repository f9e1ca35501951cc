<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;

return new class () extends Kind {
    public function description(): string
    {
        return 'as default, and the releases of the tool take symfony/console 5.4 alone';
    }

    public function release(array $files, string $version): array
    {
        $files['composer.json'] = str_replace('"symfony/console": ">=4.4"', '"symfony/console": "^5.4"', $files['composer.json']);

        return $files;
    }
};
