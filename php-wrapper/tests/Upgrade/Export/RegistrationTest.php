<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Upgrade\Export;

use Lockstep\MigrationTool\Composer\ComposerStage;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Composer\Program;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Tests\SmallShop;
use Lockstep\MigrationTool\Upgrade\Export\PatchPlugin;
use Lockstep\MigrationTool\Upgrade\Export\Registration;
use Lockstep\MigrationTool\Upgrade\Export\Way;
use PHPUnit\Framework\TestCase;

/** Where each plugin finds the exported patch, and that it is found and withdrawn again. */
final class RegistrationTest extends TestCase
{
    use SmallShop;

    private const FILE = 'patches/magento-data-migration-tool.patch';

    public function testTheOnlyPatchOfAShop(): void
    {
        [$shop, $stage, $composer] = $this->staged(['name' => 'acme/shop', 'license' => ['MIT']]);
        self::assertSame([], Registration::add($stage, $composer, PatchPlugin::CweagansOne, 'the patch'));
        $extra = Manifest::of($shop)->section('extra');
        self::assertSame([self::FILE], self::ofTool($extra));
        self::assertTrue($extra['composer-exit-on-patch-failure']);
        self::assertStringContainsString(Manifest::of($shop)->contentHash(), (string) file_get_contents($shop->path('composer.lock')));

        self::assertTrue(Registration::withdraw($shop, $stage, $composer));
        self::assertSame([], self::ofTool(Manifest::of($shop)->section('extra')));
        self::assertFalse(Registration::withdraw($shop, $stage, $composer));
    }

    public function testOthersPatchesStayBeforeIt(): void
    {
        $patches = [Shop::TOOL => ['Theirs' => 'patches/theirs.patch'], 'acme/other' => ['Other' => 'o.patch']];
        [$shop, $stage, $composer] = $this->staged(['extra' => ['patches' => $patches]]);
        Registration::add($stage, $composer, PatchPlugin::CweagansTwo, 'the patch');
        $extra = Manifest::of($shop)->section('extra');
        self::assertSame(['patches/theirs.patch', self::FILE], self::ofTool($extra));
        self::assertArrayNotHasKey('composer-exit-on-patch-failure', $extra);
        Registration::withdraw($shop, $stage, $composer);
        self::assertSame($patches, Manifest::of($shop)->section('extra')['patches']);
    }

    public function testVaimoIsToldTheLevel(): void
    {
        [$shop, $stage, $composer] = $this->staged(['extra' => ['patches-file' => 'more.json']], ['more.json' => []]);
        self::assertSame([], Registration::add($stage, $composer, PatchPlugin::Vaimo, 'the patch'));
        self::assertSame([['source' => self::FILE, 'level' => '1']], self::ofTool(Manifest::of($shop)->section('extra')));
        self::assertTrue(Registration::withdraw($shop, $stage, $composer));
    }

    public function testAListOfDefinitionsStaysOne(): void
    {
        $theirs = ['description' => 'Theirs', 'url' => 'patches/theirs.patch'];
        [$shop, $stage, $composer] = $this->staged(['extra' => ['patches' => [Shop::TOOL => [$theirs]]]]);
        Registration::add($stage, $composer, PatchPlugin::CweagansTwo, 'the patch');
        $now = Manifest::of($shop)->section('extra')['patches'];
        self::assertIsArray($now);
        self::assertSame([$theirs, ['description' => 'Customizations of the Data Migration Tool (exported by Lockstep)', 'url' => self::FILE]], $now[Shop::TOOL]);
    }

    public function testTheFileThatComposerJsonNames(): void
    {
        $text = "{\n  \"patches\": {\n    \"acme/other\": {\n      \"Other\": \"o.patch\"\n    }\n  }\n}\n";
        [$shop, $stage, $composer] = $this->staged(['extra' => ['patches-file' => 'patches/list.json']], ['patches/list.json' => $text]);
        self::assertSame(['patches/list.json' => 'copy'], Registration::plan($shop));
        self::assertSame(['patches/list.json'], Registration::add($stage, $composer, PatchPlugin::CweagansOne, 'the patch'));
        self::assertArrayNotHasKey('patches', Manifest::of($shop)->section('extra'), 'else the plugin would not read the file');
        $now = (string) file_get_contents($shop->path('patches/list.json'));
        self::assertStringContainsString("    \"acme/other\": {\n      \"Other\": \"o.patch\"\n    },\n    \"magento/data-migration-tool\": {\n      \"", $now, 'indented as it was');
        self::assertTrue(Registration::withdraw($shop, $stage, $composer));
        self::assertSame($text, file_get_contents($shop->path('patches/list.json')));
    }

    public function testThePatchesLockOfVersionTwo(): void
    {
        $theirs = ['package' => 'acme/other', 'description' => 'Other', 'url' => 'o.patch', 'sha256' => str_repeat('a', 64), 'depth' => 1, 'extra' => ['provenance' => 'root']];
        [$shop, $stage, $composer] = $this->staged([], ['patches.lock.json' => ['_hash' => 'x', 'patches' => ['acme/other' => [$theirs]]]]);
        self::assertSame(['patches.lock.json'], Registration::add($stage, $composer, PatchPlugin::CweagansTwo, 'the patch'));
        $lock = json_decode((string) file_get_contents($shop->path('patches.lock.json')), true);
        self::assertIsArray($lock);
        self::assertIsArray($lock['patches']);
        self::assertSame([$theirs], $lock['patches']['acme/other']);
        self::assertIsArray($lock['patches'][Shop::TOOL]);
        $ours = $lock['patches'][Shop::TOOL][0];
        self::assertIsArray($ours);
        self::assertSame([Shop::TOOL, self::FILE, hash('sha256', 'the patch'), 1], [$ours['package'], $ours['url'], $ours['sha256'], $ours['depth']]);
        self::assertSame(hash('sha256', (string) json_encode(['patches' => $lock['patches']])), $lock['_hash']);
        self::assertTrue(Registration::withdraw($shop, $stage, $composer));
        self::assertStringNotContainsString(Shop::TOOL, (string) file_get_contents($shop->path('patches.lock.json')));
    }

    public function testAComposerJsonIsTheSameButForIt(): void
    {
        $json = ['name' => 'a/b', 'extra' => ['patches' => ['acme/other' => ['Other' => 'o.patch']]]];
        $with = $json;
        $with['extra']['patches'][Shop::TOOL] = ['Ours' => './' . self::FILE];
        self::assertEquals(Registration::ignored($json), Registration::ignored($with));
        $other = $json;
        $other['extra']['patches'][Shop::TOOL] = ['Theirs' => 'x.patch'];
        self::assertNotEquals(Registration::ignored($json), Registration::ignored($other));
    }

    /** composer-patches 1 applies what dependencies bring as soon as the root has a patch. */
    public function testPatchesThatOnesOfDependenciesWouldComeWith(): void
    {
        $shop = $this->shop();
        self::assertFalse(Registration::wakesOthers($shop));
        $this->put($shop->path('composer.lock'), ['packages' => [['name' => 'acme/patches', 'version' => '1.0', 'extra' => ['patches' => ['acme/other' => ['Other' => 'o.patch']]]]]]);
        self::assertTrue(Registration::wakesOthers($shop));
        $this->put($shop->path('composer.json'), ['extra' => ['enable-patching' => true]]);
        self::assertFalse(Registration::wakesOthers($shop), 'they are applied already');
    }

    public function testWhichPluginIsThere(): void
    {
        self::assertSame(Way::Hand, Way::of($this->shop()));
        self::assertSame(Way::Plugin, Way::of($this->shop([['name' => 'cweagans/composer-patches', 'version' => '1.7.3', 'type' => 'composer-plugin']])));
        self::assertSame(PatchPlugin::CweagansTwo, PatchPlugin::of($this->shop([['name' => 'cweagans/composer-patches', 'version' => '2.0.0', 'type' => 'composer-plugin']])));
        $vaimo = [['name' => 'vaimo/composer-patches', 'version' => '5.5.5', 'type' => 'composer-plugin']];
        $shop = $this->shop($vaimo);
        self::assertSame(PatchPlugin::Vaimo, PatchPlugin::of($shop));
        $this->put($shop->path('composer.json'), ['extra' => ['patches-base' => 'patches']]);
        self::assertNull(PatchPlugin::of($shop), 'where it would look for the patch is not told');
        $this->put($shop->path('composer.json'), ['config' => ['allow-plugins' => ['vaimo/composer-patches' => false]]]);
        self::assertNull(PatchPlugin::of($shop));
        self::assertSame(Way::Hotfixes, Way::of($this->shop([['name' => 'magento/magento-cloud-patches', 'version' => '1.0.26', 'type' => 'library']])));
    }

    /**
     * @param array<string, mixed>               $json  composer.json
     * @param array<string, array<mixed>|string> $files
     * @return array{Shop, ComposerStage, Program}
     */
    private function staged(array $json, array $files = []): array
    {
        $shop = $this->shop();
        $this->put($shop->path('composer.json'), $json + ['require' => new \stdClass()]);
        $this->put($shop->path('composer.lock'), '{"content-hash": "' . str_repeat('0', 32) . '", "packages": []}');
        foreach ($files as $path => $contents) {
            $this->put($shop->path($path), $contents);
        }
        mkdir($shop->path('tmp'));

        return [$shop, new ComposerStage($shop->root, $shop->root, $shop->path('tmp')), Program::find($shop)];
    }

    /**
     * @param array<mixed> $extra
     * @return list<mixed>
     */
    private static function ofTool(array $extra): array
    {
        $patches = is_array($extra['patches'] ?? null) ? $extra['patches'][Shop::TOOL] ?? [] : [];

        return is_array($patches) ? array_values($patches) : [];
    }
}
