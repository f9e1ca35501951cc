<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Awkward;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'as it lies in a container\'s image: no patch plugin, customizations that are hard to patch, one of them binary';
    }

    public function customize(Shop $shop): void
    {
        parent::customize($shop);
        Awkward::apply($shop->tool(), true);
    }
};
