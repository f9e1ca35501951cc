<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Customizations;
use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    private const EDITION = 'etc/opensource-to-opensource';
    private const MODULE = 'app/code/Acme/Migration';

    public function description(): string
    {
        return 'the tool as it was released, and the customizations in a module below app/code, as Magento recommends it';
    }

    public function packages(): array
    {
        return ['agency-module'];
    }

    public function composerJson(array $json): array
    {
        $json['require']['lockstep-fixture/agency-module'] = '1.0.0';
        $json['autoload']['psr-0'] = ['' => ['app/code/']];

        return $json;
    }

    public function customize(Shop $shop): void
    {
        $own = self::MODULE . '/' . self::EDITION;
        foreach (['1.9.4.4/config.xml', '1.9.4.4/map.xml', '1.9.4.4/map-tier-price.xml', 'settings.xml'] as $file) {
            Files::put("$shop->root/$own/$file", (string)file_get_contents($shop->tool() . '/' . self::EDITION . "/$file.dist"));
        }
        Files::put("$shop->root/" . self::MODULE . '/etc/acme-rules.xml', "<rules>\n    <rule>points</rule>\n</rules>\n");
        copy($shop->tool() . '/' . self::EDITION . '/1.9.4.4/config.xml.dist', "$shop->root/vendor/lockstep-fixture/agency-module/etc/config.xml");
        $config = new Customizations($shop->root);
        $edit = static fn (string $search, string $replace) => $config->edit("$own/1.9.4.4/config.xml", $search, $replace);
        $edit('<database host="localhost" name="magento1" user="root"/>', '<database host="db1.internal" name="shop_m1" user="m1" password="fixture-m1-secret"/>');
        $edit('<crypt_key></crypt_key>', '<crypt_key>fixture-crypt-key</crypt_key>');
        $edit('<map_file>' . self::EDITION . '/1.9.4.4/map.xml.dist', "<map_file>$own/1.9.4.4/map.xml");
        $edit('<tier_price_map_file>' . self::EDITION . '/1.9.4.4/map-tier-price.xml.dist', "<tier_price_map_file>$own/1.9.4.4/map-tier-price.xml");
        $edit('<settings_map_file>' . self::EDITION . '/settings.xml.dist', "<settings_map_file>$own/settings.xml");
        $edit('<bulk_size>', '<acme_rules>' . self::MODULE . "/etc/acme-rules.xml</acme_rules>\n        <bulk_size>");
        $edit("    <steps mode=\"delta\">\n", "    <steps mode=\"acme\">\n        <step title=\"Points Step\">\n            <data>Acme\\Migration\\Step\\Points</data>\n        </step>\n    </steps>\n    <steps mode=\"delta\">\n");
        $config->edit("$own/1.9.4.4/map.xml", "            <ignore>\n                <document>core_cache</document>", "            <ignore>\n                <document>acme_loyalty_points</document>\n            </ignore>\n            <ignore>\n                <document>core_cache</document>");
        $config->edit("$own/settings.xml", '<path>dev/*</path>', '<path>acme/*</path>');
        Files::put("$shop->root/" . self::MODULE . '/Step/Points.php', <<<'PHP'
            <?php

            namespace Acme\Migration\Step;

            use Migration\Step\StepInterface;

            class Points implements StepInterface
            {
                public function perform(): string
                {
                    return 'Points done';
                }
            }

            PHP);
    }
};
