<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model;

use Lockstep\MigrationTool\Cron\Check;
use Lockstep\MigrationTool\Cron\Upgrade;
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

    /** @param bool $upgrades the tool is upgraded afterwards: nobody need do it */
    public function check(bool $upgrades): void
    {
        $run = $this->run('check', Check::COMMAND, self::CHECK_SECONDS);
        if ($run?->outcome() === Outcome::ActionRequired) {
            $needed = self::version($run, 'target');
            $this->tell(($run->result['match'] ?? null) !== false || $needed === ''
                ? 'The Data Migration Tool needs attention: bin/magento migration:tool:status'
                : sprintf('The Data Migration Tool %s does not fit this Magento, which takes %s: %s', self::version($run, 'tool'), $needed, $upgrades ? 'it is upgraded when setup:upgrade has ended.' : 'bin/magento migration:tool:upgrade'));
        } elseif ($run !== null && $run->outcome() !== Outcome::Done) {
            $this->tell(sprintf('The check of the Data Migration Tool ended as %s. %s', $run->outcome()->value, $run->message));
        }
    }

    public function upgrade(): void
    {
        $run = $this->run('upgrade', Upgrade::COMMAND, $this->settings->limit());
        if ($run === null) {
            return;
        }
        if ($run->outcome() !== Outcome::Done) {
            $this->tell(trim(sprintf('The upgrade of the Data Migration Tool ended as %s. %s', $run->outcome()->value, $run->message === '' ? 'See bin/magento migration:tool:status' : $run->message)));

            return;
        }
        $from = $run->result['from'] ?? null;
        $to = $run->result['to'] ?? null;
        if (is_string($from) && is_string($to) && $from !== $to) {
            $left = array_filter(is_array($run->result['followup'] ?? null) ? $run->result['followup'] : [], 'is_string');
            $this->tell(implode("\n", [sprintf('The Data Migration Tool went from %s to %s.', $from === '' ? 'none' : $from, $to), ...array_map(static fn (string $todo): string => '  still to be done: ' . $todo, $left)]));
        }
    }

    private static function version(Run $run, string $of): string
    {
        $told = $run->result[$of] ?? null;

        return is_array($told) && is_string($told['version'] ?? null) ? $told['version'] : '';
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
