<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'programs of packages in bin, beside bin/magento; packages in app/vendor';
    }

    public function vendor(): string
    {
        return 'app/vendor';
    }

    public function composerJson(array $json): array
    {
        $json['config'] += ['vendor-dir' => $this->vendor(), 'bin-dir' => 'bin'];

        return $json;
    }

    public function prepare(Shop $shop): void
    {
        Files::put("$shop->root/app/etc/vendor_path.php", "<?php\n\nreturn 'app/vendor';\n");
    }
};
