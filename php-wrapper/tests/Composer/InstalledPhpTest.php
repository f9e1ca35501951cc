<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Composer;

use Lockstep\MigrationTool\Composer\InstalledPhp;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class InstalledPhpTest extends TestCase
{
    private const FILE = <<<'PHP'
        <?php return array(
            'root' => array(
                'name' => 'magento/project',
                'pretty_version' => '2.4.6',
                'reference' => null,
                'install_path' => __DIR__ . '/../../',
                'aliases' => array(),
                'dev' => true,
            ),
            'versions' => array(
                'magento/project' => array(
                    'pretty_version' => '2.4.6',
                    'install_path' => __DIR__ . '/../../',
                    'aliases' => array(),
                    'dev_requirement' => false,
                ),
                'acme/o-brien' => array(
                    'pretty_version' => 'dev-o\'brien\\x',
                    'aliases' => array(
                        0 => '9999999-dev',
                    ),
                ),
                'acme/tool' => array(
                    'pretty_version' => 'v1.0',
                ),
                'acme/virtual' => array(
                    'dev_requirement' => false,
                    'provided' => array(
                        0 => '1.0',
                    ),
                ),
            ),
        );

        PHP;

    public function testVersionsAreRead(): void
    {
        $file = str_replace("dev-o\\'brien\\\\x", 'dev-main', self::FILE);
        self::assertSame(['magento/project' => '2.4.6', 'acme/o-brien' => 'dev-main', 'acme/tool' => 'v1.0'], InstalledPhp::versions($file));
        self::assertIsArray(InstalledPhp::versions(self::FILE), 'escaped quotes are data');
        self::assertSame(['magento/project' => '2.4.6', 'acme/o-brien' => 'dev-main', 'acme/tool' => 'v1.0'], InstalledPhp::versions(str_replace(['array(', '=> array'], ['array (', "=> \n  array"], $file)), 'as Composer 2.0 wrote it');
    }

    #[DataProvider('code')]
    public function testCodeIsNoData(string $search, string $replace): void
    {
        self::assertStringContainsString($search, self::FILE);
        self::assertNull(InstalledPhp::versions(str_replace($search, $replace, self::FILE)));
    }

    /** @return iterable<array{string, string}> */
    public static function code(): iterable
    {
        yield ['<?php return', '<?php system("id"); return'];
        yield ["\n);\n", "\n);\nsystem('id');\n"];
        yield ["\n);\n", "\n);\n?><?php system('id');\n"];
        yield ['true', 'system("id")'];
        yield ["'v1.0'", '"$x[0]"'];
        yield ["'v1.0'", '`id`'];
        yield ["'v1.0'", "'v1.0' . FOO"];
        yield ["'v1.0'", "'v1.0' . __FILE__"];
        yield ["'acme/tool' =>", "system('id') =>"];
        yield ["'acme/tool' =>", "/* x */ 'acme/tool' =>"];
        yield ["o\\'brien", "o'.system('id').'brien"];
        yield ['<?php return', "x<?php return"];
    }
}
