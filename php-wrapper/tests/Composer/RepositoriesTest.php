<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Composer;

use Lockstep\MigrationTool\Composer\Repositories;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\TestCase;

final class RepositoriesTest extends TestCase
{
    use TemporaryDirectory;

    public function testPlacesThatTheRepositoriesExplain(): void
    {
        $root = $this->temporaryDirectory();
        foreach (['zips/deep', 'tools/2.4.5', 'satis/dist', 'elsewhere'] as $directory) {
            mkdir("$root/$directory", 0755, true);
        }
        foreach (['zips/deep/a.zip', 'satis/dist/a.zip', 'satis/packages.json', 'elsewhere/a.zip', 'zips-not.zip'] as $file) {
            touch("$root/$file");
        }
        $repositories = $this->repositories([
            ['type' => 'artifact', 'url' => 'zips'],
            ['type' => 'path', 'url' => './tools/*'],
            ['type' => 'composer', 'url' => "file://$root/satis/packages.json"],
            ['type' => 'vcs', 'url' => 'ext::the user wrote this'],
            ['type' => 'package', 'package' => [['name' => 'a/b', 'version' => '1', 'dist' => ['type' => 'zip', 'url' => 'file:///mnt/ü/b.zip']]]],
            ['packagist.org' => false],
        ]);
        foreach (['zips/deep/a.zip', "$root/zips/deep/a.zip", "file://$root/zips/deep/a.zip", 'tools/2.4.5', "file://$root/satis/dist/a.zip", 'ext::the user wrote this', 'file:///mnt/ü/b.zip'] as $named) {
            self::assertTrue($repositories->explain($named), $named);
        }
        foreach (['/etc', "$root/zips-not.zip", "$root/zips/../elsewhere/a.zip", "file://$root/elsewhere/a.zip", 'ext::sh', '/mnt', 'file:///mnt', 'tools/2.4.6', ''] as $other) {
            self::assertFalse($repositories->explain($other), $other);
        }
    }

    public function testDirectoriesBelowVar(): void
    {
        $root = $this->temporaryDirectory();
        mkdir("$root/var/packages", 0755, true);
        $repositories = $this->repositories([['type' => 'path', 'url' => './var/packages/*/*'], ['type' => 'artifact', 'url' => 'var/gone'], ['type' => 'artifact', 'url' => "$root/var/packages"], ['type' => 'artifact', 'url' => 'variant'], ['type' => 'path', 'url' => 'var/*']]);
        self::assertSame(['var/packages'], $repositories->directoriesBelow('var'));
    }

    public function testNamesOfRepositories(): void
    {
        $repositories = $this->repositories(['shop' => ['type' => 'composer', 'url' => 'https://shop.example/'], 0 => ['type' => 'composer', 'url' => 'https://other.example'], 1 => ['name' => 'listed', 'type' => 'artifact', 'url' => 'zips']]);
        self::assertSame('shop', $repositories->nameIn('curl error 7 while downloading https://shop.example/packages.json'));
        self::assertSame('shop', $repositories->nameIn('composer repo (https://shop.example)'));
        self::assertSame('', $repositories->nameIn('composer repo (https://other.example)'));
        self::assertSame('private', $this->repositories(['private' => ['type' => 'composer', 'url' => 'https://user:secret@private.example']])->nameIn('curl error 7 while downloading https://user:***@private.example/packages.json'));
        self::assertSame('listed', $repositories->nameIn(sprintf('artifact repo (%s/zips)', $this->temporaryDirectory())));
    }

    public function testAQuestionDoesNotWaitLongForTheWeb(): void
    {
        $movable = $this->repositories([
            ['type' => 'composer', 'url' => 'https://a.example', 'options' => ['ssl' => ['verify_peer' => true]]],
            ['type' => 'composer', 'url' => 'https://b.example', 'options' => ['http' => ['timeout' => 5]]],
            ['type' => 'vcs', 'url' => 'git@github.example:a/b.git'],
        ])->movable(60);
        self::assertEquals(['http' => ['timeout' => 60], 'ssl' => ['verify_peer' => true]], self::options($movable[0]));
        self::assertSame(['http' => ['timeout' => 5]], self::options($movable[1]));
        self::assertNull(self::options($movable[2]));
    }

    public function testTheFingerprintChangesWithALocalDirectory(): void
    {
        $root = $this->temporaryDirectory();
        mkdir("$root/zips");
        $repositories = $this->repositories([['type' => 'artifact', 'url' => 'zips']]);
        touch("$root/zips", 1_000_000);
        $before = $repositories->fingerprint();
        clearstatcache();
        self::assertSame($before, $repositories->fingerprint());
        touch("$root/zips", 2_000_000);
        clearstatcache();
        self::assertNotSame($before, $repositories->fingerprint());
    }

    private static function options(mixed $repository): mixed
    {
        return is_array($repository) ? $repository['options'] ?? null : null;
    }

    /** @param array<mixed> $entries */
    private function repositories(array $entries): Repositories
    {
        return new Repositories($this->temporaryDirectory(), $entries);
    }
}
