<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Customizations;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'secrets in config.xml in every form, at the very lines that the next release changes';
    }

    public function release(array $files, string $version): array
    {
        foreach ($files as $path => $contents) {
            if ($version === '2.4.6.1' && str_ends_with($path, '/config.xml.dist')) {
                $contents = str_replace(['name="magento1" user="root"', '<crypt_key></crypt_key>', '<source_prefix></source_prefix>'], ['name="magento1" user="migration" password="change-me"', '<crypt_key>change-me</crypt_key>', '<source_prefix>m1_</source_prefix>'], $contents);
                $files[$path] = $contents;
            }
        }

        return $files;
    }

    public function customize(Shop $shop): void
    {
        parent::customize($shop);
        $tool = new Customizations($shop->tool());
        $tool->edit(Customizations::CONFIG, '<database host="db1.internal" name="shop_m1" user="m1" password="fixture-m1-secret"/>', "<database password = 'canary-attribute' user=\"m1\"\n            host=\"db1.internal\" name=\"shop_m1\"/>");
        $tool->edit(Customizations::CONFIG, 'password="fixture-m2-secret"', 'password="canary-&quot;entity&#51;"');
        $tool->edit(Customizations::CONFIG, '<crypt_key>fixture-crypt-key</crypt_key>', "<crypt_key>\n\n\n\n\n            canary-element\n        </crypt_key><password>canary-one-line</password>");
        $tool->edit(Customizations::CONFIG, '<source_prefix></source_prefix>', '<source_prefix>shop_</source_prefix>');
        $file = $shop->tool() . '/' . Customizations::CONFIG;
        file_put_contents($file, str_replace("\n", "\r\n", (string)file_get_contents($file)));
    }
};
