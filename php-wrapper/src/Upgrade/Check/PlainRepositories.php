<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Composer\Address;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Composer\Repositories;
use Lockstep\MigrationTool\Upgrade\Run;

/** No repository has an address that a program would take for an option or a shell for a command (Composer hands Perforce's to a shell). */
final class PlainRepositories implements Check
{
    public function find(Run $run): array
    {
        $findings = [];
        $home = Repositories::ofHome($run->composer()->environment()->composerHome());
        foreach ([...$this->unsafe(Manifest::of($run->shop)->repositories()), ...$this->unsafe($home)] as $text) {
            $findings[] = Finding::error('unsafe-repository', sprintf('A repository of type perforce has "%s", which a shell would take for a command.', $text), 'Correct "repositories" in composer.json (or in config.json of COMPOSER_HOME): letters, digits and . _ : / @ + - are plain.');
        }

        return $findings;
    }

    /** @return list<string> */
    private function unsafe(Repositories $repositories): array
    {
        $unsafe = [];
        foreach ($repositories->entries() as $repository) {
            if (!is_array($repository) || ($repository['type'] ?? null) !== 'perforce') {
                continue;
            }
            foreach ($repository as $key => $value) {
                if ($key !== 'p4password' && is_string($value) && !Address::isPlain($value)) {
                    $unsafe[] = $value;
                }
            }
        }

        return $unsafe;
    }
}
