<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'the tool as it was released';
    }

    public function customize(Shop $shop): void
    {
    }
};
