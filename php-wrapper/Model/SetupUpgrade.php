<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model;

use Lockstep\MigrationTool\Runs\Outcome;
use Lockstep\MigrationTool\Runs\Run;
use Lockstep\MigrationTool\Runs\Runner;
use Magento\Framework\App\Filesystem\DirectoryList;
use Symfony\Component\Console\Formatter\OutputFormatter;
use Symfony\Component\Console\Output\ConsoleOutput;

/** What setup:upgrade has done about the tool, told on its terminal. Whatever happens here, setup:upgrade goes on. */
class SetupUpgrade
{
    private const TRIGGER = 'setup:upgrade';
    private const CHECK_SECONDS = 120;

    public function __construct(
        private readonly Settings $settings,
        private readonly DirectoryList $directories,
        private readonly Program $program,
    ) {
    }

    public function check(): void
    {
        $run = $this->run('check', ['migration:tool:status', '--check'], self::CHECK_SECONDS);
        if ($run?->outcome() === Outcome::ActionRequired) {
            $tool = $run->result['tool'] ?? null;
            $target = $run->result['target'] ?? null;
            $version = static fn (mixed $of): string => is_array($of) && is_string($of['version'] ?? null) ? $of['version'] : '';
            $this->tell(($run->result['match'] ?? null) !== false || $version($target) === ''
                ? 'The Data Migration Tool needs attention: bin/magento migration:tool:status'
                : sprintf('The Data Migration Tool %s does not fit this Magento, which takes %s: bin/magento migration:tool:upgrade', $version($tool), $version($target)));
        } elseif ($run !== null && $run->outcome() !== Outcome::Done) {
            $this->tell(sprintf('The check of the Data Migration Tool ended as %s. %s', $run->outcome()->value, $run->message));
        }
    }

    public function upgrade(): void
    {
        $run = $this->run('upgrade', ['migration:tool:upgrade', '--strict', '--on-conflict=stop'], 60 * max(1, $this->settings->number('limits/minutes')));
        if ($run !== null) {
            $this->tell(trim(sprintf('The upgrade of the Data Migration Tool ended as %s. %s', $run->outcome()->value, $run->message)));
        }
    }

    /** @param list<string> $command */
    private function run(string $job, array $command, int $limit): ?Run
    {
        try {
            $runner = new Runner($this->directories->getRoot(), $this->program->path());

            return $runner->finish($runner->begin($job, self::TRIGGER, $command, $limit));
        } catch (\Throwable $e) {
            $this->tell(sprintf('The %s of the Data Migration Tool could not be run: %s', $job, $e->getMessage()));

            return null;
        }
    }

    private function tell(string $words): void
    {
        (new ConsoleOutput())->writeln("\n<comment>" . OutputFormatter::escape($words) . '</comment>');
    }
}
