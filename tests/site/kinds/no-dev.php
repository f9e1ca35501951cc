<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;

return new class () extends Kind {
    public function description(): string
    {
        return 'installed with --no-dev, with development requirements in composer.lock';
    }

    public function installOptions(): array
    {
        return ['--no-dev'];
    }
};
