<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    public function description(): string
    {
        return 'vendor is a symlink to a directory inside the root; app/code and pub/media, env.php and a module are links to shared places; the new release has one included file less';
    }

    /** The old release has a file that the autoloader includes at each start, the new one has not: it must stay until no autoloader names it. */
    public function release(array $files, string $version): array
    {
        if ($version === '2.4.5') {
            $files['functions.php'] = "<?php\n";
            $files['composer.json'] = str_replace('"registration.php"', '"registration.php", "functions.php"', $files['composer.json']);
        }

        return $files;
    }

    public function prepare(Shop $shop): void
    {
        Files::directory("$shop->root/build/php/packages");
        symlink('build/php/packages', "$shop->root/vendor");
        Files::directory("$shop->root/shared/modules");
        $this->share($shop, 'app/code/Acme/Loyalty', 'shared/modules/Loyalty', '../../../');
        $this->share($shop, 'app/code', 'shared/code', '../');
        $this->share($shop, 'pub/media', 'shared/media', '../');
        $this->share($shop, 'app/etc/env.php', 'shared/env.php', '../../');
        $this->share($shop, 'app/etc/config.php', 'shared/config.php', '../../');
        $this->share($shop, 'auth.json', 'shared/auth.json', '');
    }

    private function share(Shop $shop, string $path, string $place, string $up): void
    {
        rename("$shop->root/$path", "$shop->root/$place");
        symlink($up . $place, "$shop->root/$path");
    }
};
