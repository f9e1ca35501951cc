<?php

namespace Magento\Framework\Console;

/** A list of console commands. */
interface CommandListInterface
{
    /** @return \Symfony\Component\Console\Command\Command[] */
    public function getCommands();
}
