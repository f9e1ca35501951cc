<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Pristine\Pristine;
use Lockstep\Tree;

/** Where the installed release cannot be had, nothing is guessed: the user says what becomes of every file that differs from the new one. */
final class NoBase
{
    private const CHOICES = ['new' => 'the new release\'s file stands, and yours beside it as X.mine', 'mine' => 'yours stands, also where nobody edited it, and the new release\'s beside it as X.new'];

    /** The directory that is merged from. */
    public static function orPristine(Run $run): string
    {
        try {
            return PristineSides::installed($run);
        } catch (Failure $e) {
            if ($e->error !== Pristine::NONE) {
                throw $e;
            }
            $choice = self::CHOICES[$run->options->onConflict] ?? null;
            if ($choice === null) {
                throw Failure::preflight($e->error, $e->getMessage(), $e->hint . ' Or decide for every file that differs from the new release, edited or not: with --on-conflict=new the new one stands and yours beside it as X.mine, with --on-conflict=mine yours and the new one beside it as X.new; files that only you have stay.');
            }
            $run->reporter->warning(sprintf('%s So your edits cannot be told from the old release: of each file that differs from the new release, %s; files that are only in the installed tool stay.', $e->getMessage(), $choice));

            return self::make($run);
        }
    }

    /** Nothing but composer.json, which is the release's own: it tells the version. */
    private static function make(Run $run): string
    {
        $directory = $run->stage()->temporary('no-base');
        $manifest = $run->shop->path($run->shop->toolPath() . '/composer.json');
        Tree::privateDirectory($directory);
        if (is_file($manifest)) {
            copy($manifest, $directory . '/composer.json');
        }
        $run->baseless = true;

        return $directory;
    }
}
