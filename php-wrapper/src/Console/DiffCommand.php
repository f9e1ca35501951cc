<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Secrets;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Status\Customizations;
use Lockstep\Merge;
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
        $data = ['tool' => ['version' => $shop->installed()->toolVersion(), 'path' => $shop->toolPath()], 'customizations' => $customizations->toArray()];

        return new Result($path === null ? $data : $data + ['diff' => $this->diff($shop, $customizations, $path)]);
    }

    /** @return list<array{path: string, diff: string}> */
    private function diff(Shop $shop, Customizations $customizations, string $path): array
    {
        $path = trim((string) preg_replace('~^(\./)+~', '', $path), '/');
        $prefix = $shop->toolPath() . '/';
        $path = str_starts_with($path . '/', $prefix) ? rtrim(substr($path . '/', strlen($prefix)), '/') : $path;
        $diffs = [];
        foreach ($customizations->items as $item) {
            if ($path !== '.' && $path !== '' && $item['path'] !== $path && !str_starts_with($item['path'], $path . '/')) {
                continue;
            }
            $diffs[] = [
                'path' => $item['path'],
                'diff' => Secrets::mask(Merge::diff($customizations->pristine . '/' . ($item['dist'] ?? $item['path']), $shop->path($prefix . $item['path']), $item['path'])),
            ];
        }
        if ($diffs === [] && $path !== '.' && $path !== '' && !file_exists($shop->path($prefix . $path))) {
            throw Failure::preflight('no-file', sprintf('The tool has no "%s", and nothing below it was changed.', $path), 'Without a path the command lists every customization.');
        }

        return $diffs;
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        /** @var array{tool: array{version: string}, customizations: array<string, list<string>>, diff?: list<array{path: string, diff: string}>} $data */
        $data = $result->data;
        if (!isset($data['diff'])) {
            $found = 0;
            foreach (['modified' => 'M', 'added' => 'A', 'deleted' => 'D'] as $kind => $mark) {
                foreach ($data['customizations'][$kind] as $path) {
                    $output->writeln(sprintf('<comment>%s</comment> %s', $mark, Text::escape($path)));
                    $found++;
                }
            }
            if ($found === 0) {
                $output->writeln('<info>The tool is as release ' . Text::escape($data['tool']['version']) . ' was published.</info>');
            }

            return;
        }
        foreach ($data['diff'] as $file) {
            foreach (explode("\n", rtrim($file['diff'], "\n")) as $line) {
                $text = Text::escape(strtr($line, ["\t" => '    ', "\r" => '']));
                $style = match (true) {
                    str_starts_with($line, '+++'), str_starts_with($line, '---') => 'options=bold',
                    str_starts_with($line, '+') => 'fg=green',
                    str_starts_with($line, '-') => 'fg=red',
                    str_starts_with($line, '@@') => 'fg=cyan',
                    default => '',
                };
                $output->writeln($style === '' || $text === '' ? $text : "<$style>$text</>");
            }
        }
    }
}
