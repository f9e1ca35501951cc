<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Ahead;

use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Shop\Shop;

/** What is to be done, command by command, to bring Magento and the tool to their next versions. */
final class Next
{
    /** @param ?string $saved ID of the saved customizations; null when there are none */
    public function __construct(
        private readonly Shop $shop,
        private readonly Manifest $manifest,
        private readonly string $magento,
        private readonly string $needed,
        private readonly ?string $saved,
    ) {
    }

    /** @return list<string> commands in their order */
    public function after(Verdict $verdict): array
    {
        if ($verdict->with === null) {
            return [];
        }
        $before = $this->shop->installed()->toolVersion();
        $commands = match (true) {
            $verdict->with === Verdict::NONE => [sprintf('composer remove %s%s --no-update', $this->isDev(Shop::TOOL) ? '--dev ' : '', Shop::TOOL), ...$this->required($verdict, [])],
            $verdict->with === Verdict::NEEDED => $this->required($verdict, [Shop::TOOL => $this->needed]),
            default => $this->required($verdict, []),
        };
        $commands = ['bin/magento migration:tool:backup --code', ...$commands, 'composer update', 'bin/magento setup:upgrade'];
        if ($verdict->with === Verdict::NONE) {
            return $commands; // where the needed tool does not fit either, there is nothing to bring the customizations to
        }
        if ($verdict->tool !== '' && $verdict->tool !== $before) { // Composer replaces the tool, and what was changed in it
            $commands[] = $this->saved === null ? '' : 'bin/magento migration:tool:upgrade --customizations-from=' . $this->saved;
        } elseif ($this->needed !== '' && $verdict->tool !== $this->needed) {
            $commands[] = 'bin/magento migration:tool:upgrade';
        }

        return array_values(array_filter($commands));
    }

    /**
     * @param array<string, string> $more
     *
     * @return list<string>
     */
    private function required(Verdict $verdict, array $more): array
    {
        $commands = [];
        $all = (Product::of($this->manifest)?->requirements($this->magento, $verdict->product) ?? []) + $more;
        foreach ([false, true] as $isDev) {
            $lines = array_filter($all, fn (string $package): bool => $this->isDev($package) === $isDev, ARRAY_FILTER_USE_KEY);
            if ($lines !== []) {
                $words = array_map(static fn (string $package, string $constraint): string => self::word("$package:$constraint"), array_keys($lines), $lines);
                $commands[] = sprintf('composer require %s%s --no-update', $isDev ? '--dev ' : '', implode(' ', $words));
            }
        }

        return $commands;
    }

    private function isDev(string $package): bool
    {
        return $this->manifest->sectionOf($package) === 'require-dev';
    }

    private static function word(string $word): string
    {
        return preg_match('~^[\w./:^-]+$~', $word) === 1 ? $word : escapeshellarg($word);
    }
}
