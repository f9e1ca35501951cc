<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Upgrade\Verification;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Tests\SmallShop;
use Lockstep\MigrationTool\Upgrade\Delta;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\MigrationTool\Upgrade\Verification\Autoloader;
use PHPUnit\Framework\Attributes\RequiresPhpExtension;
use PHPUnit\Framework\TestCase;

#[RequiresPhpExtension('lockstep')]
final class AutoloaderTest extends TestCase
{
    use SmallShop;

    private const TOOL = "    'Migration\\\\A' => \$vendorDir . '/magento/data-migration-tool/src/A.php',\n";
    private const OTHER = "    'Other\\\\B' => \$vendorDir . '/other/package/B.php',\n";

    public function testChangesOfTheToolAreExpected(): void
    {
        Autoloader::check($this->staged(self::OTHER, self::OTHER . self::TOOL));
        $this->addToAssertionCount(1);
    }

    public function testAnEntryOfAnotherPackageMustNotGo(): void
    {
        $this->expectException(Failure::class);
        $this->expectExceptionMessage('/other/package/B.php');
        Autoloader::check($this->staged(self::OTHER, self::TOOL));
    }

    public function testAnEntryOfAnotherPackageMustNotCome(): void
    {
        $this->expectException(Failure::class);
        Autoloader::check($this->staged('', self::OTHER));
    }

    public function testTheSuffixMustStay(): void
    {
        $this->expectException(Failure::class);
        $this->expectExceptionMessage('suffix');
        Autoloader::check($this->staged('', '', 'ComposerAutoloaderInitother'));
    }

    private function staged(string $before, string $after, string $class = 'ComposerAutoloaderInitabc'): Run
    {
        $shop = $this->shop();
        $run = $this->upgrade($shop);
        $this->put($shop->path('vendor/composer/autoload_classmap.php'), "<?php\nreturn array(\n$before);\n");
        $stage = $run->stage();
        $this->put($stage->path('vendor/composer/autoload_classmap.php'), "<?php\nreturn array(\n$after);\n");
        $this->put($stage->path('vendor/composer/installed.json'), (string) file_get_contents($shop->path('vendor/composer/installed.json')));
        $this->put($stage->path('composer.lock'), (string) file_get_contents($shop->path('composer.lock')));
        $this->put($stage->path('composer.json'), (string) file_get_contents($shop->path('composer.json')));
        $this->put($stage->path('vendor/autoload.php'), "<?php return $class::getLoader();\n");
        $this->put($stage->path('vendor/magento/data-migration-tool/composer.json'), '{}');
        $run->delta = Delta::of($shop, $stage);

        return $run;
    }
}
