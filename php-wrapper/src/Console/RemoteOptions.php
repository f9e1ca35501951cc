<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\CoreException;
use Lockstep\Lock;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Remote\SettingsSource;
use Lockstep\MigrationTool\Remote\Storage;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;

/** The options of commands that look at copies off the machine, and the storage that these mean. */
trait RemoteOptions
{
    private function addRemote(string $what): static
    {
        return $this->addOption('remote', null, InputOption::VALUE_NONE, $what)->addTimeout();
    }

    private function addTimeout(): static
    {
        return $this->addOption('timeout', null, InputOption::VALUE_REQUIRED, 'Seconds without a byte from or to the storage after which it is given up', '60');
    }

    private static function isRemote(InputInterface $input): bool
    {
        if (!$input->getOption('remote') && $input->getOption('timeout') !== '60') {
            throw Failure::preflight('option', '--timeout means nothing without --remote.');
        }

        return (bool) $input->getOption('remote');
    }

    /** Nobody else copies or removes copies meanwhile. */
    private static function lockCopies(Shop $shop): Lock
    {
        try {
            return Lock::acquire($shop->state());
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::LOCKED, 'Copies are being made or removed');
        }
    }

    private static function storage(Shop $shop, InputInterface $input, Reporter $reporter, bool $writes): Storage
    {
        return Storage::open(SettingsSource::find($shop, $reporter, $writes), self::number($input->getOption('timeout'), 'timeout', 1, 86400));
    }
}
