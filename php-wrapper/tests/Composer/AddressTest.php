<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Composer;

use Lockstep\MigrationTool\Composer\Address;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class AddressTest extends TestCase
{
    #[DataProvider('good')]
    public function testPlacesOfTheWeb(string $kind, string $type, string $url): void
    {
        self::assertNull(Address::refused($kind, $type, $url, '4f2c'));
    }

    /** @return iterable<array{string, string, string}> */
    public static function good(): iterable
    {
        yield ['dist', 'zip', 'https://repo.magento.com/archives/magento/data-migration-tool/2.4.6.zip'];
        yield ['dist', 'zip', 'HTTP://mirror.example/x.zip'];
        yield ['source', 'git', 'https://github.com/magento/data-migration-tool.git'];
        yield ['source', 'git', 'git@github.com:magento/data-migration-tool.git'];
        yield ['source', 'git', 'ssh://git@host.example:2222/x.git'];
        yield ['source', 'svn', 'svn+ssh://host.example/x'];
        yield ['source', 'perforce', 'p4.example:1666'];
    }

    #[DataProvider('bad')]
    public function testPlacesThatTheSiteItselfMustName(string $kind, string $type, string $url, string $reference = ''): void
    {
        self::assertNotNull(Address::refused($kind, $type, $url, $reference));
    }

    /** @return iterable<array{0: string, 1: string, 2: string, 3?: string}> */
    public static function bad(): iterable
    {
        yield ['dist', 'zip', 'file:///etc/passwd'];
        yield ['dist', 'zip', 'FILE:///etc/passwd'];
        yield ['dist', 'zip', '/etc/passwd'];
        yield ['dist', 'path', '../../etc'];
        yield ['dist', 'zip', 'phar:///tmp/x.phar/y'];
        yield ['dist', 'zip', 'data:application/zip;base64,UEsD'];
        yield ['dist', 'zip', 'git@github.com:x/y.git'];
        yield ['source', 'git', 'ext::sh -c id'];
        yield ['source', 'git', 'fd::17'];
        yield ['source', 'hg', '--config=alias.x=!id'];
        yield ['source', 'git', 'https://host.example/x.git', '--upload-pack=id'];
        yield ['source', 'git', "https://host.example/x.git\nid"];
        yield ['source', 'perforce', 'p4.example:1666;id'];
        yield ['source', 'perforce', 'p4.example:$(id)'];
    }

    public function testWhosePlaceItIs(): void
    {
        self::assertSame('repo.magento.com', Address::origin('https://repo.magento.com/archives/a-1.zip'));
        self::assertSame('mirror.example:8443', Address::origin('https://mirror.example:8443/a-1.zip'));
        self::assertSame('https://api.github.com/repos/magento/data-migration-tool', Address::origin('https://api.github.com/repos/magento/data-migration-tool/zipball/4f2c'));
        self::assertNotSame(Address::origin('https://api.github.com/repos/magento/data-migration-tool/zipball/4f2c'), Address::origin('https://api.github.com/repos/evil/data-migration-tool/zipball/4f2c'));
        self::assertSame('github.com:magento/data-migration-tool.git', Address::origin('git@github.com:magento/data-migration-tool.git'));
        self::assertSame('/srv/zips', Address::origin('file:///srv/zips/a-1.zip'));
        self::assertSame('/srv/zips', Address::origin('/srv/zips/a-2.zip'));
    }
}
