<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Composer\OwnDirectory;
use Lockstep\MigrationTool\Customizations\TreeMerge;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

class MergeCommand extends Command
{
    private const PRISTINE = 'pristine';
    private const RELEASE = 'release';
    private const MINE = 'mine';
    private const TO = 'to';
    private const ON_CONFLICT = 'on-conflict';

    protected function configure(): void
    {
        $this->setName('migration:tool:merge')
            ->setDescription('Carries your customizations of the Data Migration Tool into an unpacked release, without Composer')
            ->addOption(self::PRISTINE, null, InputOption::VALUE_REQUIRED, 'The release that your tool was installed from, as it was released: a directory or a zip')
            ->addOption(self::RELEASE, null, InputOption::VALUE_REQUIRED, 'The new release: a directory or a zip')
            ->addOption(self::MINE, null, InputOption::VALUE_REQUIRED, 'Your tool, a directory (default: the installed one)')
            ->addOption(self::TO, null, InputOption::VALUE_REQUIRED, 'Where the merged tool goes: absent or empty')
            ->addOption(self::ON_CONFLICT, null, InputOption::VALUE_REQUIRED, 'What becomes of a conflict: "stop" (nothing is written to --to), "new" (the release\'s file, yours beside as X.mine) or "mine" (yours, the release\'s beside as X.new)', 'stop')
            ->setHelp(<<<'HELP'
                Does what an upgrade does with your customizations, and nothing else: no Composer, no repository, no
                Magento that can run. For shops that cannot be upgraded where they are (Magento 2.1 to 2.3, Composer 1),
                and for trying out how a long jump would merge. It runs with the PHP that has the extension, not the shop's;
                vendor/bin/lockstep takes --root-dir=SHOP, and with --mine needs no shop at all.

                  <info>%command.full_name% --pristine=2.1.6.zip --release=2.4.6.1.zip --to=merged</info>
                  <info>%command.full_name% --mine=DIR --pristine=OLD --release=NEW --to=merged</info>

                Conflicts stop it with exit code 3. They are left beside the destination, in merged.conflicts/: edit the
                files with the markers, and run the command again. The result is readable by its owner alone, as
                config.xml holds passwords.
                HELP);
        $this->common();
    }

    protected function locate(?string $given, InputInterface $input): Shop
    {
        try {
            return parent::locate($given, $input);
        } catch (Failure $e) {
            if ($given !== null || self::text($input->getOption(self::MINE)) === null) {
                throw $e;
            }

            return new Shop((string) getcwd(), 'vendor', OwnDirectory::make());
        }
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        $given = [];
        foreach ([self::PRISTINE, self::RELEASE, self::TO] as $option) {
            $given[$option] = self::text($input->getOption($option)) ?? throw Failure::preflight('option', sprintf('--%s is missing.', $option), '"--help" tells the options.');
        }
        $onConflict = UpgradeCommand::onConflict($input->getOption(self::ON_CONFLICT));
        $mine = self::text($input->getOption(self::MINE)) ?? $shop->path($shop->toolPath());
        if (!is_dir($mine)) {
            throw Failure::preflight('no-tool', sprintf('There is no tool in "%s".', $mine), 'Give the directory of your tool with --mine=DIR.');
        }

        return new Result(TreeMerge::run($given[self::PRISTINE], $given[self::RELEASE], $mine, $given[self::TO], $onConflict, $reporter));
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        $data = $result->data;
        $path = is_string($data['path'] ?? null) ? $data['path'] : '';
        $output->writeln('<info>' . Text::escape(sprintf('Your customizations were merged from %s into %s: %s', is_string($data['from'] ?? null) ? $data['from'] : '', is_string($data['to'] ?? null) ? $data['to'] : '', $path)) . '</info>');
        UpgradeText::merge(is_array($data['merge'] ?? null) ? $data['merge'] : [], $output);
        Text::list($output, 'Still to be done', array_values(array_filter(is_array($data['followup'] ?? null) ? $data['followup'] : [], 'is_string')));
    }
}
