<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;

return new class () extends Kind {
    public function description(): string
    {
        return 'installed with an authoritative class map';
    }

    public function installOptions(): array
    {
        return ['--classmap-authoritative'];
    }
};
