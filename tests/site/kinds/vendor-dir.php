<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'packages in lib/packages and their programs in tools/bin, as composer.json and app/etc/vendor_path.php say';
    }

    public function vendor(): string
    {
        return 'lib/packages';
    }

    public function composerJson(array $json): array
    {
        $json['config'] += ['vendor-dir' => $this->vendor(), 'bin-dir' => './tools/bin/'];

        return $json;
    }

    public function prepare(Shop $shop): void
    {
        Files::put("$shop->root/app/etc/vendor_path.php", "<?php\n\nreturn './lib/packages';\n");
    }
};
