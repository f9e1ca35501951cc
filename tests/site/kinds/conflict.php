<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Customizations;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'as default, and two customizations that conflict: a line that the next release changes too, a file that it drops';
    }

    public function customize(Shop $shop): void
    {
        parent::customize($shop);
        $tool = new Customizations($shop->tool());
        $tool->edit(Customizations::MAP, '<param name="value" value="0" />', '<param name="value" value="acme" />');
        $tool->edit('NOTES.txt', 'dropped later', 'kept by Acme');
    }
};
