<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Undo;

use Lockstep\Commit;
use Lockstep\CoreException;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Status\LastUpgrade;
use Lockstep\MigrationTool\Terminal;
use Lockstep\MigrationTool\Undo;
use Lockstep\MigrationTool\Upgrade\Check\Exchange;
use Lockstep\MigrationTool\Upgrade\Check\Finding;

/** Why a commit cannot be taken back, each with the way out. */
final class Reasons
{
    private const SHOWN = 20;

    /** @return list<Finding> none when it can be taken back; a warning for edits that the user agreed to discard */
    public static function of(Shop $shop, Kept $kept, Record $record, Since $since, bool $discardEdits): array
    {
        $way = self::wayOut($kept->from);
        $reasons = array_values(array_filter([
            self::migration($shop),
            $since->packages === [] ? null : Finding::error('packages-changed', self::told('Other packages were changed since, which the undo would not take back with it:', $since->packages), $way),
            $since->registers === [] || $since->packages !== [] ? null : Finding::error('composer-files-changed', self::told('The undo would lose what was written since to', $since->registers), 'Take these changes back, or: ' . $way),
            self::damaged($shop, $record, $since, $way),
            $since->damaged === [] ? self::replaced($shop, $kept, $way) : null,
            self::edits($shop, $since, $discardEdits),
            $since->dumped === [] || $since->packages !== [] ? null : Finding::warning('autoloader-dumped', 'The autoloader was dumped anew since. The undo leaves it, and it names classes of the release that is taken away.', 'Dump it again afterwards, with the same options.'),
        ]));
        $stops = array_filter($reasons, static fn (Finding $finding): bool => $finding->stops) !== [];

        return $stops ? $reasons : [...$reasons, ...Exchange::of($shop, $record->items, Shop::STATE . '/stage/' . $kept->id)];
    }

    public static function nothingKept(Shop $shop): Failure
    {
        $last = LastUpgrade::of($shop);
        if ($last === null) {
            return Failure::preflight('no-upgrade', 'There is no upgrade to take back: none was done in this shop.', '"migration:tool:backup:list" shows the backups.');
        }

        return Failure::preflight(
            'undo-copy-gone',
            sprintf('The upgrade of %s cannot be taken back: its undo copy in %s is gone or damaged.', $last['time'], $shop->state('undo')),
            self::wayOut($last['from']) . ' "migration:tool:backup:list" shows the backups of the tool.',
        );
    }

    private static function wayOut(string $version): string
    {
        return $version === ''
            ? 'To be without the tool: composer remove ' . Shop::TOOL . '.'
            : sprintf('Install that release instead: "migration:tool:upgrade %s"; your customizations are carried over.', $version);
    }

    private static function migration(Shop $shop): ?Finding
    {
        $file = $shop->path('var/migration-tool-progress.lock');

        return is_file($file) && (int) filesize($file) > 2
            ? Finding::error('migration-running', sprintf('A migration is under way: "%s" holds the steps that it has done.', $file), 'Finish it first. When it is finished or given up, delete that file.')
            : null;
    }

    private static function damaged(Shop $shop, Record $record, Since $since, string $way): ?Finding
    {
        if ($since->damaged === []) {
            return null;
        }
        $place = $shop->path($record->project);
        $message = is_dir($place) ? self::told(sprintf('The undo copy in %s is not as it was kept:', $place), $since->damaged) : sprintf('The undo copy in %s is gone.', $place);

        return Finding::error('undo-copy-damaged', $message, $way . ' "migration:tool:backup:list" shows the backups of the tool.');
    }

    /** The entries themselves must be those that the commit put there: a copy of equal contents may have been put there by anything. */
    private static function replaced(Shop $shop, Kept $kept, string $way): ?Finding
    {
        try {
            Commit::checkUndo($shop->root, Shop::STATE, $kept->journal());

            return null;
        } catch (CoreException $e) {
            $message = sprintf('"%s" is not the one that was put there%s: %s.', Terminal::safe($e->getPath() === '' ? $kept->journal() : $e->getPath()), self::restored($shop), rtrim($e->getMessage(), '.'));

            return Finding::error('replaced', $message, 'In a copy of a shop, or after a move to another disk, nothing can be undone. ' . $way);
        }
    }

    private static function restored(Shop $shop): string
    {
        $restore = Undo::lastRestore($shop);

        return $restore === null ? '' : sprintf(' (a backup was restored in run %s)', $restore->run);
    }

    private static function edits(Shop $shop, Since $since, bool $discard): ?Finding
    {
        $autoloader = array_values(array_filter($since->edited, static fn (string $path): bool => str_starts_with($path, $shop->vendor . '/composer/') || $path === $shop->vendor . '/autoload.php'));
        $edited = $since->packages === [] ? $since->edited : array_values(array_diff($since->edited, $autoloader)); // Composer wrote the autoloader then
        if ($edited === []) {
            return null;
        }
        $message = self::told(sprintf('These files were edited since%s; the undo takes the edits out of the shop:', self::restored($shop)), $edited);
        $after = $autoloader === [] ? '' : ' Dump the autoloader again afterwards, as you did.';

        return $discard
            ? Finding::warning('edited', $message, 'They stay in the undo copy until the next upgrade: a second undo brings them back.' . $after)
            : Finding::error('edited', $message, 'Back them up with "migration:tool:backup", then agree with --discard-edits. They stay in the undo copy until the next upgrade: a second undo brings them back.' . $after);
    }

    /** @param list<string> $items */
    private static function told(string $sentence, array $items): string
    {
        $more = count($items) - self::SHOWN;

        return $sentence . "\n  " . implode("\n  ", array_map(Terminal::safe(...), array_slice($items, 0, self::SHOWN))) . ($more > 0 ? sprintf("\n  … and %d more", $more) : '');
    }
}
