<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Ahead\Ahead;
use Lockstep\MigrationTool\Conflicts\Dialog;
use Lockstep\MigrationTool\Customizations\Sources;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Upgrade;
use Lockstep\MigrationTool\Upgrade\UpgradeOptions;
use Lockstep\Site;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Helper\QuestionHelper;
use Symfony\Component\Console\Output\ConsoleOutputInterface;
use Symfony\Component\Console\Output\OutputInterface;

class UpgradeCommand extends Command
{
    private const NOT_WITH_EXPORT = ['backup-code', 'directory', 'merge-modules', 'run-scripts'];
    private const FOR = 'for';
    /** All that an upgrade alone does. */
    private const NOT_WITH_FOR = ['dry-run', 'backup-code', 'backup-media', 'backup-db', 'interactive', 'merge-modules', 'strict', 'with-dependencies', 'pristine', 'customizations-from', 'export', 'accept-stale-lock', 'run-scripts', 'directory'];
    private const ON_CONFLICT = ['stop', 'new', 'mine'];

    private ?OutputInterface $terminal = null;

    protected function writes(): bool
    {
        return true;
    }

    protected function configure(): void
    {
        $this->setName('migration:tool:upgrade')
            ->setDescription('Brings the Data Migration Tool to the version that this Magento needs, with your customizations')
            ->addArgument('version', InputArgument::OPTIONAL, 'An exact version, such as 2.4.6.1 (default: the one that fits this Magento)')
            ->addOption('dry-run', null, InputOption::VALUE_NONE, 'Do everything in the stage, up to the verified result, and change nothing')
            ->addOption('backup-code', null, InputOption::VALUE_NONE, 'Back up the whole code first, too (the tool always is)')
            ->addOption('backup-media', null, InputOption::VALUE_NONE, 'Back up pub/media first, too')
            ->addOption('backup-db', null, InputOption::VALUE_NONE, 'Back up the database first, too')
            ->addOption('nearest', null, InputOption::VALUE_NONE, 'Consent to the nearest lower release of the same minor where no release fits exactly')
            ->addOption('no-hotfix', null, InputOption::VALUE_NONE, 'Take the release of the same version even where a hot fix of it exists')
            ->addOption('on-conflict', null, InputOption::VALUE_REQUIRED, 'What becomes of a conflict: "stop" (nothing is changed), "new" (the release\'s file, yours beside as X.mine) or "mine" (yours, the release\'s beside as X.new)', 'stop')
            ->addOption('interactive', 'i', InputOption::VALUE_NONE, 'Ask about each conflict on the terminal: mine, theirs, edit, diff, skip')
            ->addOption('merge-modules', null, InputOption::VALUE_NONE, 'Merge the files of your own modules below app/code that were made from files of the tool, too (else the merge is only shown)')
            ->addOption('strict', null, InputOption::VALUE_NONE, 'For runs that nobody watches: stop at any warning of the preflight (exit code 4), at code of yours that does not fit the release (3), and take no release that does not fit exactly (5)')
            ->addOption('with-dependencies', null, InputOption::VALUE_NONE, 'Consent to changes of other packages that Composer finds necessary')
            ->addOption('pristine', null, InputOption::VALUE_REQUIRED, 'The installed release as released: an unpacked directory or a zip, where Composer cannot bring it')
            ->addOption('customizations-from', null, InputOption::VALUE_OPTIONAL, 'Merge saved customizations, or those of a backup, although the version matches: an ID (default: the last that are lost); "none": the lost ones are not wanted', false)
            ->addOption('export', null, InputOption::VALUE_REQUIRED, 'Change nothing here: write composer.json, composer.lock, the merged tool and a patch to this directory (shops that are built, not edited)')
            ->addOption(self::FOR, null, InputOption::VALUE_REQUIRED, 'Look ahead, before Magento itself is upgraded to this version: which tool it takes, and whether the installed one is in its way; saves the customizations')
            ->addOption('accept-stale-lock', null, InputOption::VALUE_NONE, 'Go on although composer.lock is not up to date with composer.json')
            ->addOption('run-scripts', null, InputOption::VALUE_NONE, 'Run the root package\'s Composer scripts in the live tree after the commit')
            ->addOption('composer', null, InputOption::VALUE_REQUIRED, 'Path of Composer')
            ->addOption('php', null, InputOption::VALUE_REQUIRED, 'Path of the PHP that runs Composer')
            ->addOption('directory', null, InputOption::VALUE_REQUIRED, 'Where the backup goes (default: var/lockstep/backups)')
            ->setHelp(<<<'HELP'
                Finds the release of the Data Migration Tool that fits this Magento, lets Composer install it in a
                staged copy, carries your customizations over by a three-way merge, verifies the result, and swaps it
                in by a handful of atomic renames under a journal. Killed at any moment, the site is as before or new;
                the next command undoes what was half done.

                  <info>%command.full_name% --dry-run</info>      what would happen
                  <info>%command.full_name%</info>                the upgrade
                  <info>%command.full_name% --nearest</info>      where no exact release exists (Magento 2.3.7: tool 2.3.5)
                  <info>%command.full_name% 2.4.6 -n</info>       a version of your choice, no questions
                  <info>%command.full_name% --export=DIR</info>   for shops that are built: nothing here is changed

                <info>--export</info> is for release directories, images and Adobe's cloud: all is done up to the verified result; then
                DIR (absent or empty; outside of the shop, or below var/) gets composer.json, composer.lock, tool/ (the
                merged tool), a patch from the release to it, and a README.txt that says how they are applied. It is
                readable by its owner alone, as config.xml holds passwords. The shop may be read-only, or of another user.
                With composer-patches (cweagans, vaimo) the patch is registered in composer.json, and "composer install"
                applies it; with magento-cloud-patches it is a file of m2-hotfixes/; with neither, tool/ is copied over the
                installed tool in the build. With --dry-run nothing is written to DIR either.

                <info>--for=2.4.6</info> is for the time before Magento itself is upgraded: it tells the release that the new Magento
                takes, lets Composer resolve the new Magento in an empty project (with the installed tool, with the needed
                one, with none), and tells what to do in which order. It takes as much memory and network as "composer
                update" (up to 2 GB); without the repositories' metadata it tells the release by the rules, with exit
                code 4. It saves the customizations and changes nothing else. Exit code 2: the tool is in the way.

                Files of your own modules that the tool reads (app/code/*/*/etc: a config.xml, and what its options name) are
                compared with the files of the release that they were made from. With -v the merge of each is shown;
                <info>--merge-modules</info> makes it part of the upgrade and of its undo. Your PHP files in app/code that build on
                the tool's classes are tried with the new release: what does not fit any more is told with file and
                line, and <info>--strict</info> stops there. It also stops at each warning of the preflight (those that
                <info>migration:tool:doctor</info> tells), as cron and setup:upgrade need it.

                When something else replaced the tool (an upgrade of Magento, a "composer install"), its customizations are
                lost, and <info>migration:tool:status</info> names them. They were saved in var/lockstep/customizations by each
                "status --check" and each upgrade, and <info>--customizations-from</info> merges them into the release.
                While some are lost the exit code is 2; "--customizations-from=none" gives them up.

                Conflicts stop it with exit code 3. Each is left in var/lockstep/conflicts/: edit the file with the
                markers, and run the command again. With <info>--interactive</info> you are asked about one after the other: your
                file, the release's, or your editor (VISUAL, EDITOR); then the same run goes on.

                Exit codes: 0 done or nothing to do, 1 unexpected, 2 customizations are lost (--for: the tool is in the way), 3 conflicts, 4 preflight refused, 5 no release fits,
                6 Composer failed, 7 another run holds the lock, 8 backup failed (with 3 to 8 nothing was changed),
                9 failed after the commit began and was rolled back, 10 a person is needed.
                HELP);
        $this->common();
    }

    protected function changesShop(InputInterface $input): bool
    {
        return self::text($input->getOption('export')) === null && $input->getOption(self::FOR) === null;
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        if ($input->getOption(self::FOR) !== null) {
            return $this->ahead($shop, $input, $reporter);
        }
        $data = Upgrade::run($shop, $this->options($input), $reporter);
        $isDone = $data['dry_run'] !== true && $data['export'] === null;
        $isLost = is_array($data['customizations']) && ($data['customizations']['lost'] ?? []) !== [] && ($isDone || ($data['from'] === $data['to'] && $data['customizations_from'] === null));

        return new Result($data, $isLost ? ExitCode::ACTION_REQUIRED : ExitCode::DONE);
    }

    private function ahead(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        $meaningless = array_filter(self::NOT_WITH_FOR, static fn (string $option): bool => !in_array($input->getOption($option), [false, null], true));
        if ($meaningless !== [] || $input->getArgument('version') !== null) {
            throw Failure::preflight('option', sprintf('--for only looks ahead: %s means nothing with it.', $meaningless === [] ? 'a version of the tool' : '--' . reset($meaningless)), 'Leave it out.');
        }
        $found = Ahead::look($shop, self::text($input->getOption(self::FOR)) ?? '', $this->options($input), $reporter);

        return new Result($found['data'], $found['exit']);
    }

    /** A value of --on-conflict. */
    public static function onConflict(mixed $given): string
    {
        $onConflict = self::text($given) ?? '';

        return in_array($onConflict, self::ON_CONFLICT, true) ? $onConflict : throw Failure::preflight('option', sprintf('--on-conflict takes stop, new or mine, not "%s".', $onConflict));
    }

    private function options(InputInterface $input): UpgradeOptions
    {
        $version = $input->getArgument('version');
        try {
            $version = is_string($version) ? Site::checkVersion($version) : null;
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PREFLIGHT);
        }

        foreach (self::text($input->getOption('export')) === null ? [] : self::NOT_WITH_EXPORT as $option) {
            if ($input->getOption($option) !== false && $input->getOption($option) !== null) {
                throw Failure::preflight('option', sprintf('--export changes nothing here, so that --%s means nothing with it.', $option), 'Leave one of the two out.');
            }
        }

        if ($input->getOption('strict') && $input->getOption('nearest')) {
            throw Failure::preflight('option', '--strict goes only to a release that fits, and --nearest consents to one that does not.', 'Leave one of the two out.');
        }

        return new UpgradeOptions(
            version: $version,
            dryRun: (bool) $input->getOption('dry-run'),
            backupCode: (bool) $input->getOption('backup-code'),
            backupMedia: (bool) $input->getOption('backup-media'),
            backupDb: (bool) $input->getOption('backup-db'),
            nearest: (bool) $input->getOption('nearest'),
            hotfix: !$input->getOption('no-hotfix'),
            onConflict: self::onConflict($input->getOption('on-conflict')),
            withDependencies: (bool) $input->getOption('with-dependencies'),
            pristine: self::text($input->getOption('pristine')),
            runScripts: (bool) $input->getOption('run-scripts'),
            composer: self::text($input->getOption('composer')),
            php: self::text($input->getOption('php')),
            allowRoot: (bool) $input->getOption('allow-root'),
            backupDirectory: self::text($input->getOption('directory')),
            export: self::text($input->getOption('export')),
            acceptStaleLock: (bool) $input->getOption('accept-stale-lock'),
            mergeModules: (bool) $input->getOption('merge-modules'),
            strict: (bool) $input->getOption('strict'),
            interactive: $this->dialog($input, self::onConflict($input->getOption('on-conflict'))),
            customizationsFrom: $input->getOption('customizations-from') === false ? null : self::text($input->getOption('customizations-from')) ?? Sources::LAST,
        );
    }

    protected function initialize(InputInterface $input, OutputInterface $output): void
    {
        $this->terminal = $output instanceof ConsoleOutputInterface ? $output->getErrorOutput() : $output;
    }

    private function dialog(InputInterface $input, string $onConflict): ?Dialog
    {
        if (!(bool) $input->getOption('interactive')) {
            return null;
        }
        if ($onConflict !== 'stop') {
            throw Failure::preflight('option', sprintf('--interactive asks about each conflict, and --on-conflict=%s decides for all.', $onConflict), 'Leave one of the two out.');
        }
        if ($this->terminal === null || !$input->isInteractive() || !stream_isatty(STDIN)) {
            throw Failure::preflight('no-terminal', '--interactive asks on a terminal, and there is none (or -n was given).', 'Run it in a terminal without -n; elsewhere resolve the files in var/lockstep/conflicts, or use --on-conflict.');
        }
        $helper = $this->getHelper('question');

        return new Dialog($input, $this->terminal, $helper instanceof QuestionHelper ? $helper : new QuestionHelper());
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        isset($result->data['for']) ? AheadText::render($result->data, $output) : UpgradeText::render($result->data, $output);
    }
}
