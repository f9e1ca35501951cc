<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Model\Config;

use Lockstep\MigrationTool\Model\Config\Backend\Directory;
use Lockstep\MigrationTool\Model\Config\Backend\Number;
use Lockstep\MigrationTool\Model\Config\Backend\Parts;
use Lockstep\MigrationTool\Model\Config\Backend\Recipients;
use Lockstep\MigrationTool\Model\Config\Backend\Schedule;
use Lockstep\MigrationTool\Model\Config\Backend\Size;
use Lockstep\MigrationTool\Model\Config\Backend\Strip;
use Lockstep\MigrationTool\Tests\Model\FakeConfig;
use Lockstep\MigrationTool\Tests\Model\Fakes;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use Magento\Framework\App\Cache\TypeListInterface;
use Magento\Framework\App\Config\Value;
use Magento\Framework\Exception\LocalizedException;
use Magento\Framework\Model\Context;
use Magento\Framework\Registry;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class BackendTest extends TestCase
{
    use Fakes;
    use TemporaryDirectory;

    /** @param class-string<Value> $class */
    private function model(string $class): Value
    {
        $usual = [new class () implements Context {}, new class () implements Registry {}, new FakeConfig([]), new class () implements TypeListInterface {}];

        return match ($class) {
            Schedule::class => new Schedule(...[...$usual, self::schedules(), self::due()]),
            Directory::class => new Directory(...[...$usual, self::directories($this->temporaryDirectory() . '/shop')]),
            default => new $class(...$usual),
        };
    }

    /** @param string|list<string> $value */
    private static function stored(Value $model, string|array $value): mixed
    {
        $model->setValue($value);
        $model->beforeSave();

        return $model->getValue();
    }

    /** @return array<string, array{class-string<Value>, string|list<string>, ?string}> null: refused */
    public static function values(): array
    {
        $cases = [
            Schedule::class => [['15 4 * * *', '15 4 * * *'], [' 15 4 * * 0 ', '15 4 * * 0'], ['*/15 1-5 1,15 * *', '*/15 1-5 1,15 * *'], ['* * * * *', '* * * * *'],
                ['', null], ['15 4 * *', null], ['15 4 * * * *', null], ['61 4 * * *', null], ['15 24 * * *', null], ['15 4 * * 7', null], ['*/0 4 * * *', null], ['0 0 30 2 *', null], ['50-10 4 * * *', null], ['x 4 * * *', null]],
            Size::class => [['', ''], ['20g', '20G'], ['500M', '500M'], ['0G', null], ['20', null], ['1.5G', null], ["20G\n--damaged", null]],
            Number::class => [['7', '7'], ['007', '7'], [' 7 ', '7'], ['', null], ['-1', null], ['1.5', null], ['seven', null], ['0', null], ['1000', null], ['99999999999999999999', null]],
            Parts::class => [[['db', 'tool', ''], 'tool,db'], ['code,media', 'code,media'], ['', null], [[''], null], [['directory=/x'], null], ['tool,all', null]],
            Strip::class => [['', ''], [" @log,\n sales_*", '@log,sales_*'], ['@stripped', '@stripped'], ['@nothing', null], ['--all', null], ["a\0b", null], ['a;b', null]],
            Recipients::class => [['', ''], ['a@example.com;b@example.com', 'a@example.com, b@example.com'], ['a@example.com, b', null], ["a@example.com\r\nBcc: x", null]],
        ];
        $all = [];
        foreach ($cases as $class => $values) {
            foreach ($values as [$value, $stored]) {
                $all[basename(str_replace('\\', '/', $class)) . ': ' . json_encode($value, JSON_THROW_ON_ERROR)] = [$class, $value, $stored];
            }
        }

        return $all;
    }

    /**
     * @param class-string<Value> $class
     * @param string|list<string> $value
     */
    #[DataProvider('values')]
    public function testWhatIsStoredAndWhatIsRefused(string $class, string|array $value, ?string $stored): void
    {
        $model = $this->model($class);
        $model->setData('field_config/validate', 'required-entry validate-digits validate-digits-range digits-range-1-999');
        if ($stored === null) {
            $this->expectException(LocalizedException::class);
        }
        self::assertSame($stored, self::stored($model, $value));
    }

    public function testADirectoryForBackups(): void
    {
        $base = (string) realpath($this->temporaryDirectory());
        foreach (['shop/pub/media', 'shop/var', 'backups', 'link'] as $directory) {
            $directory === 'link' ? symlink($base . '/shop/pub/media', $base . '/link') : mkdir($base . '/' . $directory, 0700, true);
        }
        file_put_contents($base . '/file', '');
        self::assertSame('', self::stored($this->model(Directory::class), ' '));
        self::assertSame($base . '/backups', self::stored($this->model(Directory::class), $base . '/backups/'));
        self::assertSame($base . '/shop/var', self::stored($this->model(Directory::class), $base . '/shop/var'));
        foreach (['backups', './backups', '/', '//', $base, $base . '/shop', $base . '/shop/pub', $base . '/shop/pub/media', $base . '/link', $base . '/shop/var/../pub', $base . '/none', $base . '/file', $base . "/backups\n"] as $refused) {
            try {
                self::stored($this->model(Directory::class), $refused === $base . "/backups\n" ? $base . "/back\nups" : $refused);
                self::fail("\"$refused\" was taken");
            } catch (LocalizedException) {
            }
        }
    }
}
