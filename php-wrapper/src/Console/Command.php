<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\CoreException;
use Lockstep\Lock;
use Lockstep\MigrationTool\Cluster\ClusterLock;
use Lockstep\MigrationTool\Customizations\Save;
use Lockstep\MigrationTool\Customizations\ToolStamp;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Extension;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\OpenBasedir;
use Lockstep\MigrationTool\Recovery;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Owner;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Shop\ShopLocator;
use Lockstep\MigrationTool\Upgrade\Export\Workplace;
use Symfony\Component\Console\Command\Command as SymfonyCommand;
use Symfony\Component\Console\Exception\ExceptionInterface;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\ConsoleOutputInterface;
use Symfony\Component\Console\Output\OutputInterface;

/** What all commands share: the extension's check, the shop, the lock, recovery first, text or JSON, exit codes. */
abstract class Command extends SymfonyCommand
{
    public const FORMAT = 'format';
    private const ALLOW_ROOT = 'allow-root';
    public const ROOT_DIR = 'root-dir';

    /** The work itself. A Failure ends the command with its exit code. */
    abstract protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result;

    /** Shows the data of a result to a person. */
    abstract protected function render(Result $result, OutputInterface $output): void;

    /** Commands that write to the shop take its locks and recover an interrupted run first. */
    protected function writes(): bool
    {
        return false;
    }

    protected function common(): static
    {
        $this->addOption(self::FORMAT, null, InputOption::VALUE_REQUIRED, 'How the result is printed: "text" or "json" (one document on stdout, errors too)', 'text');
        if ($this->writes()) {
            $this->addOption(self::ALLOW_ROOT, null, InputOption::VALUE_NONE, 'Let root work on a tree that belongs to another user (containers)');
        }

        return $this;
    }

    /** As Symfony's, but a wrong use of options is told in JSON too when JSON was asked for. */
    public function run(InputInterface $input, OutputInterface $output): int
    {
        try {
            return parent::run($input, $output);
        } catch (ExceptionInterface $e) {
            if ($input->getParameterOption('--' . self::FORMAT, 'text', true) !== 'json') {
                throw $e;
            }

            return $this->fail(Document::usage($e), true, $output);
        }
    }

    protected function execute(InputInterface $input, OutputInterface $output): int
    {
        $format = $input->getOption(self::FORMAT);
        $json = $format === 'json';
        try {
            if (!$json && $format !== 'text') {
                throw Failure::preflight('format', sprintf('There is no format "%s".', is_scalar($format) ? (string) $format : '?'), 'Use --format=text or --format=json.');
            }
            OpenBasedir::check();
            Extension::check();
            $result = $this->guarded($input, new ConsoleReporter(self::errors($output), !$json));
            if ($result->printer !== null) {
                return ($result->printer)($output, $json);
            }
        } catch (Failure $e) {
            return $this->fail($e, $json, $output);
        } catch (CoreException $e) {
            return $this->fail(Failure::fromCore($e, ExitCode::UNEXPECTED), $json, $output);
        } catch (\Throwable $e) {
            $place = $output->isVerbose() ? sprintf(' (%s:%d)', $e->getFile(), $e->getLine()) : '';

            if (preg_match('/No space left on device|Disk quota exceeded/', $e->getMessage()) === 1) {
                return $this->fail(new Failure(ExitCode::UNEXPECTED, 'no-space', $e->getMessage() . $place, Failure::HINTS['no-space'], [], $e), $json, $output);
            }

            return $this->fail(new Failure(ExitCode::UNEXPECTED, 'unexpected', $e->getMessage() . $place, 'Run it again with -v, and report it with the output.', [], $e), $json, $output);
        }
        if ($json) {
            Document::write(['status' => Document::status($result->exitCode), 'exit_code' => $result->exitCode] + $result->data, $output);
        } else {
            $this->render($result, $output);
        }

        return $result->exitCode;
    }

    private function guarded(InputInterface $input, Reporter $reporter): Result
    {
        $given = $input->hasOption(self::ROOT_DIR) ? $input->getOption(self::ROOT_DIR) : null;
        $shop = $this->locate(is_string($given) ? $given : null, $input);
        if (!$this->writes()) {
            return $this->perform($shop, $input, $reporter);
        }
        $changes = $this->changesShop($input);
        if ($changes || posix_geteuid() === 0) { // root runs no code of others
            Owner::check($shop, (bool) $input->getOption(self::ALLOW_ROOT));
        }
        $shop = $changes ? $shop : Workplace::of($shop);
        try {
            $lock = Lock::acquire($shop->root);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::LOCKED);
        }
        $shop->cluster = $shop->stateElsewhere === null ? ClusterLock::start($shop, (string) $this->getName(), $reporter) : null;
        $tool = ToolStamp::of($shop);
        try {
            if ($this->recoversItself()) {
                return $this->perform($shop, $input, $reporter);
            }
            Recovery::run($shop, $reporter, $this->replacesDatabase($input));

            return $this->perform($shop, $input, $reporter);
        } finally {
            if (ToolStamp::of($shop) !== $tool) {
                Save::ours($shop, $reporter);
            }
            Owner::giveState($shop, $reporter);
            $shop->cluster?->release();
            $lock->release();
        }
    }

    protected function locate(?string $given, InputInterface $input): Shop
    {
        return ShopLocator::find($given);
    }

    /** An export writes nothing to the shop: it may be read-only, or of another user. */
    protected function changesShop(InputInterface $input): bool
    {
        return true;
    }

    /** Only `recover`, which tells what it did. */
    protected function recoversItself(): bool
    {
        return false;
    }

    /** Only a restore of the database: it is the way out when an interrupted one cannot be brought to an end. */
    protected function replacesDatabase(InputInterface $input): bool
    {
        return false;
    }

    private function fail(Failure $failure, bool $json, OutputInterface $output): int
    {
        if ($json) {
            Document::write(Document::ofFailure($failure), $output);
        } else {
            Text::failure($failure, self::errors($output));
        }

        return $failure->exitCode;
    }

    private static function errors(OutputInterface $output): OutputInterface
    {
        return $output instanceof ConsoleOutputInterface ? $output->getErrorOutput() : $output;
    }

    /** An option's or argument's value when it is a string, else null. */
    protected static function text(mixed $value): ?string
    {
        return is_string($value) && $value !== '' ? $value : null;
    }

    /**
     * The values of an option that may be given several times.
     *
     * @return list<string>
     */
    protected static function texts(mixed $values): array
    {
        return array_values(array_filter(is_array($values) ? $values : [], static fn (mixed $value): bool => is_string($value) && $value !== ''));
    }

    /** A whole number between two bounds. */
    protected static function number(mixed $value, string $option, int $from, int $to): int
    {
        if (!is_string($value) || preg_match('/^\d{1,6}$/', $value) !== 1 || (int) $value < $from || (int) $value > $to) {
            throw Failure::preflight('option', sprintf('--%s takes a whole number from %d to %d, not "%s".', $option, $from, $to, is_scalar($value) ? (string) $value : ''));
        }

        return (int) $value;
    }
}
