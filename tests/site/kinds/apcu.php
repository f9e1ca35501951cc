<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;

return new class () extends Kind {
    public function description(): string
    {
        return 'installed with an APCu autoloader that has a prefix of its own';
    }

    public function installOptions(): array
    {
        return ['--apcu-autoloader-prefix=acme\'s'];
    }
};
