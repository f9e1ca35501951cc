<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Secrets;
use Lockstep\MigrationTool\Terminal;
use Symfony\Component\Console\Helper\ProgressBar;
use Symfony\Component\Console\Output\OutputInterface;

/** Steps, lines and progress on stderr: a progress bar on a terminal, a plain line now and then elsewhere. */
final class ConsoleReporter implements Reporter
{
    private const SECONDS_BETWEEN_LINES = 5.0;

    private ?ProgressBar $bar = null;
    private string $phase = '';
    private float $lastLine = 0.0;

    /** @param bool $lines whether steps and lines are told; warnings always are */
    public function __construct(
        private readonly OutputInterface $output,
        private readonly bool $lines,
    ) {
    }

    public function step(int $number, int $of, string $name): void
    {
        if ($this->lines) {
            $this->output->writeln(sprintf('<info>[%d/%d] %s</info>', $number, $of, $name));
        }
    }

    public function line(string $text): void
    {
        if ($this->lines) {
            $this->output->writeln('  ' . Text::escape($text));
        }
    }

    public function warning(string $text): void
    {
        $this->output->writeln('  <comment>' . Text::escape($text) . '</comment>');
    }

    public function detail(string $text): void
    {
        if (!$this->output->isVerbose()) {
            return;
        }
        foreach (explode("\n", rtrim(Secrets::mask($text), "\n")) as $line) {
            $this->output->writeln('    ' . Text::escape($line));
        }
    }

    public function progress(string $phase, int $files, int $filesTotal, int $bytes, int $bytesTotal): void
    {
        if (!$this->lines) {
            return;
        }
        if ($this->output->isDecorated()) {
            $this->bar($phase, $files, $filesTotal, $bytes);
        } elseif (microtime(true) - $this->lastLine >= self::SECONDS_BETWEEN_LINES) {
            if ($this->lastLine > 0.0) {
                $this->output->writeln(sprintf('  %s: %d%s %s, %s', $phase, $files, $filesTotal > 0 ? " of $filesTotal" : '', str_starts_with($phase, 'table ') ? 'tables' : 'files', Terminal::bytes($bytes)));
            }
            $this->lastLine = microtime(true);
        }
    }

    public function progressDone(): void
    {
        if ($this->bar !== null) {
            $this->bar->clear();
            $this->bar = null;
        }
        $this->phase = '';
        $this->lastLine = 0.0;
    }

    private function bar(string $phase, int $files, int $filesTotal, int $bytes): void
    {
        if ($this->bar === null || $this->phase !== $phase) {
            $this->progressDone();
            $this->phase = $phase;
            $this->bar = new ProgressBar($this->output, $filesTotal);
            $this->bar->setFormat($filesTotal > 0 ? '  %message% [%bar%] %percent:3s%%, %size%' : '  %message% %current% files, %size%');
            $this->bar->setMessage($phase);
            $this->bar->setMessage('', 'size');
            $this->bar->start();
        }
        if ($filesTotal > 0 && $this->bar->getMaxSteps() !== $filesTotal) {
            $this->bar->setMaxSteps($filesTotal);
        }
        $this->bar->setMessage(Terminal::bytes($bytes), 'size');
        $this->bar->setProgress($files);
    }
}
