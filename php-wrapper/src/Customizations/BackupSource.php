<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Customizations;

use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Backup\Part;
use Lockstep\MigrationTool\Backup\PartArchive;
use Lockstep\MigrationTool\Backup\Wanted;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/** The tool as a backup holds it, with whatever was customized in it then. */
final class BackupSource implements Source
{
    public function __construct(
        private readonly Shop $shop,
        private readonly BackupSet $set,
        private readonly Base $base,
    ) {
    }

    public function id(): string
    {
        return $this->set->id;
    }

    public function base(): Base
    {
        return $this->base;
    }

    public function into(string $to, string $pristine, Reporter $reporter): void
    {
        $beside = $to . '.backup';
        Tree::privateDirectory($beside);
        $wanted = Wanted::of($this->shop, $this->shop->toolPath());
        foreach ([Part::TOOL, Part::CODE] as $name) {
            $part = $this->set->part($name);
            if ($part !== null && (new PartArchive($this->shop, $this->set, $part, $reporter))->extract($wanted, $beside) !== null) {
                rename($beside . '/' . $this->shop->toolPath(), $to);
                Tree::remove($beside);

                return;
            }
        }
        throw new Failure(ExitCode::BACKUP, 'no-tool-part', sprintf('The backup %s does not hold the tool.', $this->set->id), '"migration:tool:backup:list" shows what each backup holds.');
    }
}
