<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Upgrade;

use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use Lockstep\MigrationTool\Upgrade\AutoloaderFlags;
use PHPUnit\Framework\TestCase;

final class AutoloaderFlagsTest extends TestCase
{
    use TemporaryDirectory;

    public function testPlain(): void
    {
        $flags = $this->flags('', 0, 40);
        self::assertFalse($flags->optimized);
        self::assertSame([], $flags->arguments());
    }

    public function testOptimizedIsSeenInTheClassMap(): void
    {
        self::assertTrue($this->flags('', 40, 3)->optimized);
    }

    public function testFewClassesThatNoPackageListsAreEnough(): void
    {
        self::assertTrue($this->flags('', 1, 400)->optimized);
    }

    public function testClassesThatAPackageListsAreNoSignOfOptimizing(): void
    {
        self::assertFalse($this->flags('', 400, 0, ['src/'])->optimized);
        self::assertFalse($this->flags('', 400, 0, ['s*/'])->optimized);
        self::assertTrue($this->flags('', 400, 0, ['sr/', 'src/C1.php'])->optimized);
    }

    public function testAuthoritativeAndApcuAreSeenInTheLoader(): void
    {
        $flags = $this->flags("\$loader->setClassMapAuthoritative(true);\n\$loader->setApcuPrefix('it\\'s mine');\n", 3, 3);
        self::assertTrue($flags->optimized);
        self::assertTrue($flags->authoritative);
        self::assertSame(["--apcu-autoloader-prefix=it's mine"], $flags->arguments());
    }

    /** @param list<string> $listed what the package a/b lists under autoload.classmap */
    private function flags(string $real, int $psr4, int $others, array $listed = []): AutoloaderFlags
    {
        $root = $this->temporaryDirectory();
        if (!is_dir($root . '/vendor/composer')) {
            mkdir($root . '/vendor/composer', 0700, true);
        }
        $map = [];
        for ($i = 0; $i < $psr4; $i++) {
            $map["A\\B\\C$i"] = "$root/vendor/a/b/src/C$i.php";
        }
        for ($i = 0; $i < $others; $i++) {
            $map["Other$i"] = "$root/vendor/o/others.php";
        }
        file_put_contents($root . '/vendor/composer/autoload_classmap.php', '<?php return ' . var_export($map, true) . ';');
        file_put_contents($root . '/vendor/composer/autoload_psr4.php', '<?php return ' . var_export(['A\\B\\' => ["$root/vendor/a/b/src"]], true) . ';');
        file_put_contents($root . '/vendor/composer/installed.json', json_encode(['packages' => [['name' => 'a/b', 'version' => '1.0.0', 'install-path' => '../a/b', 'autoload' => ['classmap' => $listed]]]], JSON_THROW_ON_ERROR));
        file_put_contents($root . '/vendor/composer/autoload_real.php', '<?php ' . $real);

        return AutoloaderFlags::of(new Shop($root, 'vendor'));
    }
}
