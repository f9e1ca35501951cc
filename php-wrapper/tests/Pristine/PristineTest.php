<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Pristine;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Pristine\Pristine;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Tests\SilentReporter;
use Lockstep\MigrationTool\Tests\SmallShop;
use PHPUnit\Framework\Attributes\RequiresPhpExtension;
use PHPUnit\Framework\TestCase;

#[RequiresPhpExtension('lockstep')]
#[RequiresPhpExtension('zip')]
final class PristineTest extends TestCase
{
    use SmallShop;

    public function testALocalArchiveIsUnpackedOnceAndKept(): void
    {
        $archive = $this->archive('2.4.5');
        $shop = $this->shopWith($archive, (string) sha1_file($archive));
        $directory = Pristine::directory($shop, null, new SilentReporter());
        self::assertFileExists($directory . '/src/A.php');
        self::assertSame($shop->state('pristine'), dirname($directory));
        unlink($archive);
        self::assertSame($directory, Pristine::directory($shop, null, new SilentReporter()));
    }

    public function testAnArchiveThatTheLockDoesNotPinIsNotTaken(): void
    {
        $archive = $this->archive('2.4.5');
        $this->expectException(Failure::class);
        $this->expectExceptionMessage('is not the archive that composer.lock pins');
        Pristine::directory($this->shopWith($archive, str_repeat('0', 40)), null, new SilentReporter());
    }

    public function testAGivenDirectoryMustHoldTheInstalledRelease(): void
    {
        $shop = $this->shop();
        $this->put($this->temporaryDirectory() . '/right/composer.json', ['name' => Shop::TOOL, 'version' => '2.4.5']);
        $this->put($this->temporaryDirectory() . '/wrong/composer.json', ['name' => Shop::TOOL, 'version' => '2.4.4']);
        self::assertSame($this->temporaryDirectory() . '/right', Pristine::directory($shop, $this->temporaryDirectory() . '/right', new SilentReporter()));
        foreach (['wrong', 'missing'] as $name) {
            try {
                Pristine::directory($shop, $this->temporaryDirectory() . '/' . $name, new SilentReporter());
                self::fail($name);
            } catch (Failure $e) {
                self::assertSame(ExitCode::PREFLIGHT, $e->exitCode);
                self::assertStringContainsString($name, $e->getMessage());
            }
        }
    }

    public function testTheFilesOfABranchMaySayAnyVersion(): void
    {
        $shop = $this->shop([], 'dev-2.4-develop');
        $this->put($this->temporaryDirectory() . '/branch/composer.json', ['name' => Shop::TOOL, 'version' => '2.4.4']);
        self::assertSame('dev-2.4-develop', $shop->installed()->toolBranch());
        self::assertSame($this->temporaryDirectory() . '/branch', Pristine::directory($shop, $this->temporaryDirectory() . '/branch', new SilentReporter()));
        self::assertSame('', $this->shop()->installed()->toolBranch());
    }

    public function testAGivenZipMayHaveATopDirectory(): void
    {
        $directory = Pristine::directory($this->shop(), $this->archive('2.4.5', 'data-migration-tool-2.4.5/'), new SilentReporter());
        self::assertFileExists($directory . '/src/A.php');
    }

    public function testAnotherReleaseInAZipLeavesNothing(): void
    {
        $shop = $this->shop();
        try {
            Pristine::directory($shop, $this->archive('2.4.4'), new SilentReporter());
            self::fail('Another release was taken.');
        } catch (Failure) {
            self::assertSame([], glob($shop->state('pristine/{,.}[!.]*'), GLOB_BRACE));
        }
    }

    private function shopWith(string $archive, string $shasum): Shop
    {
        $shop = $this->shop();
        $tool = ['name' => Shop::TOOL, 'version' => '2.4.5', 'type' => 'library', 'dist' => ['type' => 'zip', 'url' => $archive, 'shasum' => $shasum], 'install-path' => '../magento/data-migration-tool'];
        $this->put($shop->path('vendor/composer/installed.json'), ['packages' => [$tool], 'dev' => true]);
        $this->put($shop->path('composer.lock'), ['packages' => [$tool], 'packages-dev' => []]);

        return $shop;
    }

    private function archive(string $version, string $top = ''): string
    {
        $file = $this->temporaryDirectory() . '/tool.zip';
        $zip = new \ZipArchive();
        $zip->open($file, \ZipArchive::CREATE | \ZipArchive::OVERWRITE);
        $zip->addFromString($top . 'composer.json', json_encode(['name' => Shop::TOOL, 'version' => $version], JSON_THROW_ON_ERROR));
        $zip->addFromString($top . 'src/A.php', '<?php class A {}');
        $zip->close();

        return $file;
    }
}
