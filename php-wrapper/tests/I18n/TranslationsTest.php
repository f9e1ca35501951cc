<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\I18n;

use PHPUnit\Framework\TestCase;

final class TranslationsTest extends TestCase
{
    private const PACKAGE = __DIR__ . '/../..';

    public function testEveryPhraseStandsInTheFileForTranslators(): void
    {
        $phrases = Phrases::of(self::PACKAGE);
        foreach (['The last backup failed.', 'There is no such backup.', 'Nothing is tried again by itself. All of it stands under System > Data Migration Tool and in var/log/lockstep.log.', 'What to Back Up', 'Ask for an upgrade', 'Data Migration Tool'] as $known) {
            self::assertContains($known, $phrases);
        }
        self::assertSame(Phrases::csv($phrases), file_get_contents(self::PACKAGE . '/i18n/en_US.csv'), 'Run "php tests/I18n/write.php".');
    }

    public function testEachLineIsReadAsItWasWritten(): void
    {
        $file = fopen(self::PACKAGE . '/i18n/en_US.csv', 'rb');
        self::assertIsResource($file);
        $read = [];
        while (($row = fgetcsv($file, null, ',', '"', '')) !== false) {
            self::assertCount(2, $row);
            self::assertSame($row[0], $row[1]);
            $read[] = (string) $row[0];
        }
        self::assertSame(Phrases::of(self::PACKAGE), $read);
    }
}
