<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Customizations;
use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    private const OLD = ['opensource-to-opensource' => 'ce-to-ce', 'opensource-to-commerce' => 'ce-to-ee', 'commerce-to-commerce' => 'ee-to-ee'];
    private const EDITION = 'etc/ce-to-ce';

    public function description(): string
    {
        return 'the tool before it renamed its editions; a config.xml, edited copies, one of them under another name, a file of their own';
    }

    public function release(array $files, string $version): array
    {
        if (version_compare($version, '2.4.6', '>=')) {
            return $files;
        }
        $renamed = [];
        foreach ($files as $path => $contents) {
            $renamed[strtr($path, self::OLD)] = strtr($contents, self::OLD);
        }

        return $renamed;
    }

    public function customize(Shop $shop): void
    {
        $tool = new Customizations($shop->tool());
        $config = self::EDITION . '/1.9.4.4/config.xml';
        $tool->fromDist($config);
        $tool->edit($config, '<database host="localhost" name="magento1" user="root"/>', '<database host="db1.internal" name="shop_m1" user="m1" password="fixture-m1-secret"/>');
        $tool->edit($config, 'map.xml.dist</map_file>', 'map.xml</map_file>');
        $tool->edit($config, self::EDITION . '/map-eav.xml.dist</eav_map_file>', 'etc/acme/eav.xml</eav_map_file>');
        chmod($shop->tool() . '/' . $config, 0600);
        $tool->fromDist(self::EDITION . '/1.9.4.4/map.xml');
        $tool->edit(self::EDITION . '/1.9.4.4/map.xml', '<document>sitemap</document>', '<document>acme_sitemap</document>');
        mkdir($shop->tool() . '/etc/acme');
        copy($shop->tool() . '/' . self::EDITION . '/map-eav.xml.dist', $shop->tool() . '/etc/acme/eav.xml');
        $tool->edit('etc/acme/eav.xml', '\Migration\Handler\SetValue', '\Acme\Loyalty\Handler\SetValue');
        Files::put($shop->tool() . '/' . self::EDITION . '/acme/notes.txt', "Of Acme.\n");
        Files::put($shop->tool() . '/etc/acme.xml', "<config>\n    <map_file>" . self::EDITION . "/settings.xml.dist</map_file>\n</config>\n");
    }
};
