<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Composer\Auth;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Secrets;
use Lockstep\MigrationTool\SelfCheck;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Status\Status;
use Lockstep\MigrationTool\Upgrade\Doctor;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\MigrationTool\Upgrade\UpgradeOptions;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

class DoctorCommand extends Command
{
    protected function configure(): void
    {
        $this->setName('migration:tool:doctor')
            ->setDescription('Looks at everything that could stop an upgrade, and tells how it is put right')
            ->addOption('composer', null, InputOption::VALUE_REQUIRED, 'Path of Composer')
            ->addOption('php', null, InputOption::VALUE_REQUIRED, 'Path of the PHP that runs Composer')
            ->addOption('allow-root', null, InputOption::VALUE_NONE, 'Look with the eyes of an upgrade with --allow-root')
            ->setHelp(<<<'HELP'
                Performs all checks of an upgrade's Preflight and what every command looks at before, and tells of each
                what it found and how that is put right. It works in broken shops, too, and nothing is changed: an
                interrupted run is told of, not recovered. As another user than the owner of the files it cannot try
                the file system.

                With --format=json the answer can be attached to a support ticket: passwords, tokens and keys that
                Composer knows are masked.

                  <info>%command.full_name%</info>
                  <info>%command.full_name% --format=json > doctor.json</info>

                Exit codes: 0 nothing stops an upgrade (there may be warnings), 4 something does.
                HELP);
        $this->common();
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        $options = new UpgradeOptions(
            composer: self::text($input->getOption('composer')),
            php: self::text($input->getOption('php')),
            allowRoot: (bool) $input->getOption('allow-root'),
        );
        $data = self::shop($shop, $reporter);
        $found = Doctor::examine(new Run($shop, $options, $reporter));
        $count = self::count($found['groups']);
        $data = ['groups' => $found['groups'], 'summary' => $count, 'versions' => SelfCheck::facts() + ['composer' => $found['composer']]] + $data;
        if ($count['errors'] > 0) {
            $data = ['error' => ['code' => 'findings', 'message' => sprintf($count['errors'] === 1 ? '%d finding stops an upgrade.' : '%d findings stop an upgrade.', $count['errors']), 'hint' => 'Each finding has its fix.']] + $data;
        }
        $secrets = Auth::of($shop)->secrets();
        array_walk_recursive($data, static function (mixed &$value) use ($secrets): void {
            $value = is_string($value) ? Secrets::maskReport($value, $secrets) : $value;
        });

        return new Result($data, $count['errors'] > 0 ? ExitCode::PREFLIGHT : ExitCode::DONE);
    }

    /** @return array<string, mixed> magento, tool and target as "status" tells them, null where the shop is too broken */
    private static function shop(Shop $shop, Reporter $reporter): array
    {
        try {
            return $shop->versions() + ['target' => Status::target($shop, $reporter)];
        } catch (Failure) {
            return ['magento' => null, 'tool' => null, 'target' => null]; // the checks tell why
        }
    }

    /**
     * @param list<array{name: string, checks: list<array{name: string, status: string, findings: list<array{level: string, code: string, message: string, fix: string}>}>}> $groups
     * @return array{errors: int, warnings: int}
     */
    private static function count(array $groups): array
    {
        $levels = array_column(array_merge(...array_column(array_merge(...array_column($groups, 'checks')), 'findings')), 'level');

        return ['errors' => count(array_keys($levels, 'error', true)), 'warnings' => count(array_keys($levels, 'warning', true))];
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        DoctorText::render($result->data, $output);
    }
}
