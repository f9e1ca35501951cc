<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Modules;

use Lockstep\MigrationTool\Modules\Source;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\TestCase;

final class SourceTest extends TestCase
{
    use TemporaryDirectory;

    public function testNamesParentsMethodsAndCallsAreRead(): void
    {
        $source = $this->read(<<<'PHP'
            <?php
            namespace Acme\Migration;

            use Foo\Bar;
            use Migration\Handler\{Convert, SetValue as S};
            use Migration\Step\StepInterface;
            use function Migration\helper;

            /** \Migration\Named\InWords */
            final class Own extends Convert implements StepInterface
            {
                use \Migration\Shared;

                public function __construct(private \Migration\Config $config)
                {
                    parent::__construct([]);
                    $make = function () use ($config) { return new S; };
                }

                public function &perform(array $record): string
                {
                    $this->inherited("{$record[0]}");
                    $other = new class extends Bar { public function hidden() {} };

                    return Bar::class . self::constant();
                }
            }
            PHP);

        self::assertSame(['Migration\Handler\Convert' => 5, 'Migration\Handler\SetValue' => 5, 'Migration\Step\StepInterface' => 6, 'Migration\Shared' => 12, 'Migration\Config' => 14], $source?->names);
        self::assertSame([[
            'class' => 'Acme\Migration\Own',
            'line' => 10,
            'parents' => ['Migration\Handler\Convert', 'Migration\Step\StepInterface', 'Migration\Shared'],
            'methods' => ['__construct' => 14, 'perform' => 20],
            'calls' => ['__construct' => 16, 'inherited' => 22, 'constant' => 25],
        ]], $source->classes);
    }

    public function testRelativeNamesAndSeveralNamespaces(): void
    {
        $source = $this->read("<?php\nnamespace Migration\\Step\\Acme;\nclass A extends Base implements namespace\\Other {}\nnamespace B;\nuse Migration\\Step as Steps;\ninterface C extends Steps\\StepInterface {}\nenum D: string { case Migration = 'x'; }\n");

        self::assertSame([['Migration\Step\Acme\Base', 'Migration\Step\Acme\Other'], ['Migration\Step\StepInterface'], []], array_column($source->classes ?? [], 'parents'));
        self::assertSame(['Migration\Step\Acme\A', 'B\C', 'B\D'], array_column($source->classes ?? [], 'class'));
    }

    public function testWhatDoesNotNameTheToolIsNoSource(): void
    {
        self::assertNull($this->read("<?php\nnamespace Acme\\Migration;\nuse Acme\\Migration\\Other;\nclass A extends Other {}\n"));
        self::assertNull($this->read("<?php\n// Migration\\Config in words\n"));
        self::assertNull($this->read("<?php\n\$x = 'Migration\\Config';\n"));
        self::assertNull($this->read("not PHP, Migration\\Config\n"));
        self::assertNotNull($this->read("<?php\nnew Migration\\Config(\n")); // half a file is read as far as it goes
    }

    private function read(string $php): ?Source
    {
        $file = $this->temporaryDirectory() . '/Own.php';
        file_put_contents($file, $php);

        return Source::read($file);
    }
}
