<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Shop\Shop;

/** What composer.json requires of the tool, before and after: a range that becomes an exact version is always told. */
final class Constraint
{
    /** @return array{from: string, to: string, section: string} section: "require" or "require-dev" */
    public static function of(Run $run): array
    {
        $after = Manifest::read($run->stage()->composer->project);

        return ['from' => $run->shop->installed()->toolConstraint(), 'to' => $after->constraint(Shop::TOOL), 'section' => $after->sectionOf(Shop::TOOL)];
    }

    /**
     * One line, "" when nothing changes.
     *
     * @param array<mixed> $constraint as of() gives it
     */
    public static function text(array $constraint): string
    {
        ['from' => $from, 'to' => $to, 'section' => $section] = array_filter($constraint, 'is_string') + ['from' => '', 'to' => '', 'section' => ''];

        return $from === $to ? '' : sprintf('"%s": "%s"%s%s', Shop::TOOL, $to, $section === 'require-dev' ? ' in require-dev' : '', $from === '' ? ' (new)' : sprintf(' (was "%s")', $from));
    }
}
