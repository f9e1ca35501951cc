<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Modules\ModuleList;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Status\Customizations;
use Lockstep\MigrationTool\Terminal;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

class DiffCommand extends Command
{
    private const PATH = 'path';
    private const PRISTINE = 'pristine';

    protected function configure(): void
    {
        $this->setName('migration:tool:diff')
            ->setDescription('Shows what you changed in the Data Migration Tool')
            ->addArgument(self::PATH, InputArgument::OPTIONAL, 'File or directory in the tool: show its unified diff ("." for everything)')
            ->addOption(self::PRISTINE, null, InputOption::VALUE_REQUIRED, 'The installed release as released: an unpacked directory or a zip, where Composer cannot bring it')
            ->setHelp(<<<'HELP'
                Compares the installed tool with the pristine release it was installed from. A file that was made
                from a .dist file is compared with that. Passwords and crypt keys are shown as ***.

                What differs in form alone is counted, not listed: line ends (CRLF), a newline at the end, white space that
                means nothing in XML and PHP, the executable bit; so are tests, documents and dot files that are left out,
                and unedited copies of .dist files. <info>-v</info> lists them. In a diff, such white space is not shown.

                  Files of your own modules that the tool reads are listed with what they were made from, and shown by ".".

                  <info>%command.full_name%</info>                           the list
                  <info>%command.full_name% .</info>                         everything, as one unified diff
                  <info>%command.full_name% etc/opensource-to-opensource</info>
                HELP);
        $this->common();
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        if (!$shop->installed()->hasTool()) {
            throw Failure::preflight('no-tool', 'The Data Migration Tool is not installed in "' . $shop->root . '".', 'Install it with "migration:tool:upgrade".');
        }
        $customizations = Customizations::of($shop, self::text($input->getOption(self::PRISTINE)), $reporter);
        $path = self::text($input->getArgument(self::PATH));
        $shown = $path === null ? null : new Subtree($path, $shop->toolPath());
        $data = [
            'tool' => ['version' => $shop->installed()->toolVersion(), 'path' => $shop->toolPath()],
            'customizations' => $customizations->toArray(),
            'modules' => ModuleList::of($shop, $customizations->pristine),
            'files' => array_map(static fn (array $item): array => array_diff_key($item, ['unedited' => 0, 'noise' => 0]), $customizations->items),
        ];

        return new Result($shown === null ? $data : $data + ['diff' => [...$this->diff($shop, $customizations, $shown), ...($shown->isAll() ? ModuleList::diffs($shop, $customizations->pristine, $data['modules']) : [])]]);
    }

    /** @return list<array{path: string, diff: string}> a file that differs in form alone is shown when it is named */
    private function diff(Shop $shop, Customizations $customizations, Subtree $shown): array
    {
        $diffs = [];
        foreach ($customizations->all as $item) {
            if ($item['noise'] === null ? !$shown->has($item['path']) : $item['path'] !== $shown->path) {
                continue;
            }
            $before = $customizations->pristine . '/' . ($item['dist'] ?? $item['path']);
            $after = $shop->path($shop->toolPath() . '/' . $item['path']);
            $diffs[] = ['path' => $item['path'], 'diff' => FileDiff::of($before, $after, $item)];
        }
        if ($diffs === [] && !$shown->isAll() && !Files::exists($shop->path($shop->toolPath() . '/' . $shown->path))) {
            throw Failure::preflight('no-file', sprintf('The tool has no "%s", and nothing below it was changed.', Terminal::safe($shown->path)), 'Without a path the command lists every customization.');
        }

        return $diffs;
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        /** @var array{tool: array{version: string}, customizations: array{noise: array<string, list<string>>}, modules: list<array{file: string, origin: ?string, edited: bool}>, files: list<array{path: string, kind: string, dist: ?string, was: ?string, is: ?string}>, diff?: list<array{path: string, diff: string}>} $data */
        $data = $result->data;
        if (isset($data['diff'])) {
            DiffText::diffs($data['diff'], $output);
        } else {
            DiffText::list($data['files'], $data['customizations']['noise'], $data['tool']['version'], $output);
            Text::list($output, 'Files of your own modules, and what they were made from', array_map(static fn (array $file): string => sprintf('%s (%s)', $file['file'], $file['origin'] === null ? 'your own' : $file['origin'] . ($file['edited'] ? '' : ', not edited')), $data['modules']));
        }
    }
}
