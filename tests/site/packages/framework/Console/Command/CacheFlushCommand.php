<?php

namespace Magento\Framework\Console\Command;

use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

/** A command that leaves a trace in the tree that it runs in, as cache:flush, setup:upgrade and the like do. */
class CacheFlushCommand extends Command
{
    protected function configure(): void
    {
        $this->setName('cache:flush')->setDescription('Flushes cache storage (fake: counts its calls in var/cache-flushed)');
    }

    protected function execute(InputInterface $input, OutputInterface $output): int
    {
        @mkdir(BP . '/var', 0775, true);
        file_put_contents(BP . '/var/cache-flushed', getmypid() . "\n", FILE_APPEND);
        $output->writeln('Flushed cache of ' . BP);

        return 0;
    }
}
