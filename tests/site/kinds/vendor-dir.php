<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'packages in lib/packages and their programs in tools/bin, as composer.json and app/etc/vendor_path.php say; the new release has one more included file';
    }

    /** The new release has one more file that the autoloader includes at each start: it must be there before the autoloader names it. */
    public function release(array $files, string $version): array
    {
        if ($version === '2.4.6.1') {
            $files['functions.php'] = "<?php\n";
            $files['composer.json'] = str_replace('"registration.php"', '"registration.php", "functions.php"', $files['composer.json']);
        }

        return $files;
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
