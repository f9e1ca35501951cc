<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Customizations;
use Lockstep\Tests\Site\Files;
use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Shop;

return new class () extends Kind {
    private const MODULE = 'app/code/Acme/Migration';

    public function description(): string
    {
        return 'a module below app/code that builds on classes of the tool, of which the next releases change some';
    }

    public function composerJson(array $json): array
    {
        $json['autoload']['psr-0'] = ['' => ['app/code/']];
        $json['autoload']['psr-4']['Acme\\Package\\'] = 'vendor/acme-package/';

        return $json;
    }

    public function release(array $files, string $version): array
    {
        $isNew = version_compare($version, '2.4.6', '>=');
        $files += [
            'src/Migration/Acme/Base.php' => $isNew
                ? "<?php\n\nnamespace Migration\\Acme;\n\nabstract class Base\n{\n    public function __construct(string \$name, int \$size)\n    {\n    }\n\n    protected function log(string \$line, int \$level): void\n    {\n    }\n}\n"
                : "<?php\n\nnamespace Migration\\Acme;\n\nabstract class Base\n{\n    public function __construct(string \$name)\n    {\n    }\n\n    protected function log(string \$line): void\n    {\n    }\n\n    protected function before(): void\n    {\n    }\n}\n",
            'src/Migration/Acme/Leaf.php' => "<?php\n\nnamespace Migration\\Acme;\n\n" . ($isNew ? 'final ' : '') . "class Leaf\n{\n}\n",
            'src/Migration/Acme/Reader.php' => "<?php\n\nnamespace Migration\\Acme;\n\ninterface Reader\n{\n    public function read(string \$name" . ($isNew ? ', bool $whole' : '') . "): array;\n}\n",
        ];
        if (!$isNew) {
            $files['src/Migration/Acme/Gone.php'] = "<?php\n\nnamespace Migration\\Acme;\n\nclass Gone\n{\n}\n";
            $files['etc/acme-groups.xml.dist'] = "<groups>\n</groups>\n";
        }

        return $files;
    }

    public function customize(Shop $shop): void
    {
        $put = static fn (string $path, string $php) => Files::put("$shop->root/" . self::MODULE . "/$path.php", "<?php\n\nnamespace Acme\\Migration;\n\n$php\n");
        $put('Fits', "class Fits implements \\Migration\\Step\\StepInterface\n{\n    public function perform(): string\n    {\n        return '';\n    }\n}");
        $put('Own', "use Migration\\Acme\\Base;\n\nclass Own extends Base\n{\n    public function __construct()\n    {\n        parent::__construct('own');\n    }\n\n    protected function before(): void\n    {\n        \$this->log('before');\n    }\n}");
        $put('OwnLeaf', "class OwnLeaf extends \\Migration\\Acme\\Leaf\n{\n}");
        $put('OwnReader', "use Migration\\Acme\\Reader;\n\nclass OwnReader implements Reader\n{\n    public function read(string \$name): array\n    {\n        return [];\n    }\n}");
        $put('UsesGone', "use Migration\\Acme\\Gone;\n\nclass UsesGone\n{\n    public function __construct(private Gone \$gone)\n    {\n    }\n}");
        $put('AlwaysBroken', "class AlwaysBroken extends \\Migration\\Acme\\Never\n{\n}");
        $put('Innocent', "class Innocent\n{\n    // Migration\\Acme\\Gone is named in words alone\n}");
        Files::put("$shop->root/" . self::MODULE . '/etc/di.xml', "<config>\n    <preference for=\"Migration\\Acme\\Leaf\" type=\"Acme\\Migration\\OwnLeaf\"/>\n    <preference for=\"Migration\\Acme\\Gone\" type=\"Acme\\Migration\\UsesGone\"/>\n</config>\n");
        $config = self::MODULE . '/etc/config.xml';
        Files::put("$shop->root/$config", (string)file_get_contents($shop->tool() . '/etc/opensource-to-opensource/1.9.4.4/config.xml.dist'));
        Files::put($shop->tool() . '/../../acme-package/Step.php', "<?php\n\nnamespace Acme\\Package;\n\nclass Step extends \\Migration\\Acme\\Leaf\n{\n}\n");
        (new Customizations($shop->root))->edit($config, "    <steps mode=\"delta\">\n", "    <steps mode=\"acme\">\n        <step title=\"Acme Step\">\n            <data>Acme\\Package\\Step</data>\n            <volume>Acme\\Package\\NeverThere</volume>\n        </step>\n    </steps>\n    <steps mode=\"delta\">\n");
        (new Customizations($shop->root))->edit($config, '<bulk_size>', "<acme_groups_file>etc/acme-groups.xml.dist</acme_groups_file>\n        <acme_missing_file>etc/never-there.xml</acme_missing_file>\n        <bulk_size>");
    }
};
