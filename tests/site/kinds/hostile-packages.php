<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;

return new class () extends Kind {
    public function description(): string
    {
        return 'a plugin that nobody requires is in the repository';
    }

    public function packages(): array
    {
        return ['hostile-plugin'];
    }
};
