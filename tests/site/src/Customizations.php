<?php

declare(strict_types=1);

namespace Lockstep\Tests\Site;

/** What users do to the tool, one of each sort. */
final class Customizations
{
    public const EDITION = 'etc/opensource-to-opensource';
    public const MAP = self::EDITION . '/1.9.4.4/map.xml';
    public const CONFIG = self::EDITION . '/1.9.4.4/config.xml';

    public function __construct(private readonly string $tool)
    {
    }

    public function apply(): void
    {
        $this->configuration();
        $this->map();
        $this->copies();
        $this->edits();
        $this->ownFiles();
    }

    /** config.xml from its .dist: databases, key, paths of the copies. Base of its merge is the old .dist. */
    private function configuration(): void
    {
        $this->fromDist(self::CONFIG);
        $this->edit(self::CONFIG, '<database host="localhost" name="magento1" user="root"/>', '<database host="db1.internal" name="shop_m1" user="m1" password="fixture-m1-secret"/>');
        $this->edit(self::CONFIG, '<database host="localhost" name="magento2" user="root"/>', '<database host="db2.internal" name="shop_m2" user="m2" password="fixture-m2-secret"/>');
        $this->edit(self::CONFIG, 'map.xml.dist</map_file>', 'map.xml</map_file>');
        $this->edit(self::CONFIG, 'settings.xml.dist</settings_map_file>', 'settings.xml</settings_map_file>');
        $this->edit(self::CONFIG, 'class-map.xml.dist</class_map>', 'class-map.xml</class_map>');
        $this->edit(self::CONFIG, '<crypt_key></crypt_key>', '<crypt_key>fixture-crypt-key</crypt_key>');
    }

    /** map.xml from its .dist: rules for the shop's own extensions. */
    private function map(): void
    {
        $this->fromDist(self::MAP);
        $this->edit(
            self::MAP,
            "            <ignore>\n                <document>core_cache</document>",
            "            <!-- Acme -->\n            <ignore>\n                <document>acme_loyalty_points</document>\n            </ignore>\n            <ignore>\n"
            . "                <document>acme_loyalty_cards</document>\n            </ignore>\n            <!-- /Acme -->\n            <ignore>\n                <document>core_cache</document>",
        );
        $this->edit(self::MAP, '<document>sitemap</document>', '<document>acme_sitemap</document>');
    }

    /** Other copies: one as shipped (the new release's file replaces it), one edited whose .dist never changes, one whose .dist changes elsewhere. */
    private function copies(): void
    {
        $this->fromDist(self::EDITION . '/1.9.4.4/map-tier-price.xml');
        $this->fromDist(self::EDITION . '/settings.xml');
        $this->edit(self::EDITION . '/settings.xml', '<path>dev/*</path>', '<path>acme/*</path>');
        $this->fromDist(self::EDITION . '/class-map.xml');
        $this->edit(self::EDITION . '/class-map.xml', "    <rename>\n        <from>catalog/category_widget_link", "    <rename>\n        <from>acme/widget</from>\n        <to>Acme\\Loyalty\\Block\\Widget</to>\n    </rename>\n    <rename>\n        <from>catalog/category_widget_link");
    }

    /** Edited .dist files and PHP classes: changed by the next release elsewhere, and not changed by it. */
    private function edits(): void
    {
        $this->edit(self::EDITION . '/map-customer.xml.dist', '<document>customer_ignored</document>', '<document>acme_customer_ignored</document>');
        $this->edit(self::EDITION . '/map-eav.xml.dist', '\Migration\Handler\SetValue', '\Acme\Loyalty\Handler\SetValue');
        $this->edit('src/Migration/Handler/ShippingMethod.php', "        'usps_First-Class' => 'usps_0_FCLE',", "        'usps_First-Class' => 'usps_0_FCLE',\n        'acme_express' => 'acme_express_v2',");
        $this->edit('src/Migration/Handler/GiftMessage.php', 'if (empty($record[$field])) {', "if (empty(\$record[\$field]) || \$record[\$field] === 'acme') {");
    }

    /** Files of their own, and one deleted. */
    private function ownFiles(): void
    {
        Files::put("$this->tool/src/Migration/Step/Acme/Loyalty.php", <<<'PHP'
            <?php

            namespace Migration\Step\Acme;

            use Migration\Step\StepInterface;

            /** Migrates loyalty points. */
            class Loyalty implements StepInterface
            {
                public function perform(): string
                {
                    return 'Loyalty done';
                }
            }

            PHP);
        unlink("$this->tool/" . self::EDITION . '/map-log.xml.dist');
    }

    public function fromDist(string $path): void
    {
        if (!copy("$this->tool/$path.dist", "$this->tool/$path")) {
            throw new \RuntimeException("$path.dist cannot be copied");
        }
    }

    public function edit(string $path, string $search, string $replace): void
    {
        Files::edit("$this->tool/$path", $search, $replace);
    }
}
