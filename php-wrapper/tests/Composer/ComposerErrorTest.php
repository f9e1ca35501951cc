<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Composer;

use Lockstep\MigrationTool\Composer\ComposerError;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class ComposerErrorTest extends TestCase
{
    #[DataProvider('outputs')]
    public function testWhatIsMetMostOftenGetsAName(string $output, string $code): void
    {
        self::assertSame($code, ComposerError::of($output)->code);
    }

    /** @return iterable<string, array{string, string}> */
    public static function outputs(): iterable
    {
        yield 'bad credentials' => ["Invalid credentials (HTTP 403) for 'https://repo.magento.com/packages.json', aborting.", 'credentials'];
        yield 'conflict' => ["Your requirements could not be resolved to an installable set of packages.\n\n  Problem 1\n    - x requires symfony/console ^5.4 -> found symfony/console[v5.4.0] but it conflicts with your root composer.json require (~4.4.0).", 'conflict'];
        yield 'advisories' => ['  - magento/product-community-edition 2.4.6 was not loaded, because it is affected by security advisories ("PKSA-x").', 'advisories'];
        yield 'no network' => ["The following exception is caused by a lack of memory or swap?\ncurl error 6 while downloading https://repo.magento.com/packages.json: Could not resolve host: repo.magento.com", 'network'];
        yield 'unknown package' => ['Could not find a matching version of package magento/data-migration-tool.', 'not-found'];
        yield 'disk full' => ['file_put_contents(): Write of 12 bytes failed with errno=28 No space left on device', 'no-space'];
        yield 'fence' => ['rmdir(/srv/shop/app/code/X): Permission denied', 'fence'];
        yield 'anything else' => ['Boom.', 'composer'];
    }

    public function testSecretsAndNoiseAreLeftOut(): void
    {
        $error = ComposerError::of("Loading composer repositories with package information\n\x1b[31mBoom at https://user:secret@repo.example/x\x1b[0m\n\nrequire [--dev] [--dry-run]\n");
        self::assertSame('Boom at https://***:***@repo.example/x', $error->message);
    }
}
