<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\SelfCheck;
use Lockstep\MigrationTool\Upgrade\Check\Finding;
use Symfony\Component\Console\Command\Command as SymfonyCommand;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\ConsoleOutputInterface;
use Symfony\Component\Console\Output\OutputInterface;

/** Of vendor/bin/lockstep and the PHAR alone: it asks for no shop, and runs when the extension does not. */
class SelfCheckCommand extends SymfonyCommand
{
    protected function configure(): void
    {
        $this->setName('self-check')
            ->setDescription('Tells whether this program, the extension, PHP and the machine fit together')
            ->addOption('format', null, InputOption::VALUE_REQUIRED, 'How the result is printed: "text" or "json" (one document on stdout)', 'text')
            ->setHelp(<<<'HELP'
                Tells the versions of this program and of the PHP extension "lockstep" and whether they fit, which
                libraries the extension could open, and what the kernel offers. It needs no shop, and runs without
                the extension, too.

                  <info>%command.full_name%</info>

                Exit codes: 0 all fits, 4 something is missing.
                HELP);
    }

    protected function execute(InputInterface $input, OutputInterface $output): int
    {
        $format = $input->getOption('format');
        if ($format !== 'json' && $format !== 'text') {
            Text::failure(Failure::preflight('format', sprintf('There is no format "%s".', is_string($format) ? $format : '?'), 'Use --format=text or --format=json.'), $output instanceof ConsoleOutputInterface ? $output->getErrorOutput() : $output);

            return ExitCode::PREFLIGHT;
        }
        $findings = SelfCheck::findings();
        $errors = array_values(array_filter($findings, static fn (Finding $finding): bool => $finding->stops));
        $exitCode = $errors === [] ? ExitCode::DONE : ExitCode::PREFLIGHT;
        if ($format === 'json') {
            $document = ['status' => Document::status($exitCode), 'exit_code' => $exitCode];
            if ($errors !== []) {
                $document['error'] = ['code' => $errors[0]->code, 'message' => $errors[0]->message, 'hint' => $errors[0]->fix];
            }
            $document += ['versions' => SelfCheck::facts(), 'findings' => array_map(static fn (Finding $finding): array => $finding->toArray(), $findings)];
            Document::write($document, $output);
        } else {
            self::render(SelfCheck::facts(), $findings, $output);
        }

        return $exitCode;
    }

    /**
     * @param array{lockstep: string, phar: ?string, extension: array{version: ?string, needed: string, fits: bool}, php: array{version: string, binary: string, ini: ?string}, kernel: array{release: string, openat2: ?bool, rename_exchange: ?bool}, fence: ?string, libraries: array<string, ?string>} $facts
     * @param list<Finding> $findings
     */
    private static function render(array $facts, array $findings, OutputInterface $output): void
    {
        $extension = $facts['extension'];
        Text::pair($output, 'Lockstep', $facts['lockstep'] . ($facts['phar'] === null ? '' : ' (' . $facts['phar'] . ')'));
        Text::pair($output, 'Extension', ($extension['version'] ?? 'not loaded') . ($extension['fits'] ? ', fits' : ', needed: ' . $extension['needed']), $extension['fits'] ? '' : 'error');
        Text::pair($output, 'PHP', $facts['php']['version'] . ' (' . $facts['php']['binary'] . ', ' . ($facts['php']['ini'] ?? 'no php.ini') . ')');
        foreach ($facts['libraries'] as $name => $version) {
            Text::pair($output, $name, $version ?? 'cannot be used', $version === null ? 'error' : '');
        }
        Text::pair($output, 'Kernel', sprintf('%s, openat2: %s, RENAME_EXCHANGE: %s', $facts['kernel']['release'], self::yes($facts['kernel']['openat2']), self::yes($facts['kernel']['rename_exchange'])));
        Text::pair($output, 'Write fence', $facts['fence'] ?? 'unknown');
        foreach ($findings as $finding) {
            $output->writeln(($finding->stops ? '<error>' : '<comment>') . Text::escape($finding->message) . ($finding->stops ? '</error>' : '</comment>'));
            $output->writeln('  ' . Text::escape($finding->fix));
        }
    }

    private static function yes(?bool $value): string
    {
        return $value === null ? 'unknown' : ($value ? 'yes' : 'no');
    }
}
