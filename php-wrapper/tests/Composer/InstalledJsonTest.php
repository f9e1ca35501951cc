<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Composer;

use Lockstep\MigrationTool\Composer\InstalledJson;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\TestCase;

final class InstalledJsonTest extends TestCase
{
    use TemporaryDirectory;

    public function testBothFormsAreRead(): void
    {
        $packages = [['name' => 'a/a', 'version' => '1'], ['name' => 'b/b', 'extra' => ['patches_applied' => ['Fix' => 'fix.patch']]], 'broken'];
        foreach ([['packages' => $packages, 'dev' => true], $packages] as $json) {
            $installed = InstalledJson::read($this->file($json));
            self::assertSame(['a/a', 'b/b'], array_keys($installed->packages));
            self::assertSame(['Fix' => 'fix.patch'], $installed->patches('b/b'));
            self::assertSame([], $installed->patches('a/a'));
            self::assertSame([], $installed->package('none/such'));
        }
        self::assertSame([], InstalledJson::read($this->temporaryDirectory() . '/none.json')->packages);
    }

    public function testAPackageIsForgottenAndTheRestStaysAsItIs(): void
    {
        $file = $this->file(['packages' => [['name' => 'a/a', 'extra' => new \stdClass()], ['name' => 'b/b'], ['name' => 'c/c', 'require' => []]], 'dev' => false, 'dev-package-names' => ['a/a']]);
        InstalledJson::forget($file, 'b/b');
        self::assertSame('{"packages":[{"name":"a/a","extra":{}},{"name":"c/c","require":[]}],"dev":false,"dev-package-names":["a/a"]}', json_encode(json_decode((string) file_get_contents($file)), JSON_UNESCAPED_SLASHES));
    }

    /** @param array<mixed> $json */
    private function file(array $json): string
    {
        $file = $this->temporaryDirectory() . '/installed.json';
        file_put_contents($file, json_encode($json, JSON_THROW_ON_ERROR));

        return $file;
    }
}
