<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Ahead;

use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Composer\Program;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\UpgradeOptions;

/** Does the installed tool stand in the way of another Magento? Composer is asked with it as it is required, with the needed one, and without any. */
final class Verdict
{
    public const INSTALLED = 'installed';
    public const NEEDED = 'needed';
    public const NONE = 'none';

    private function __construct(
        /** Null: something else does, with or without the tool. */
        public readonly ?bool $blocks,
        /** With which tool the packages can be resolved; null with none. */
        public readonly ?string $with,
        /** The versions of the tool and of the product package that Composer comes to. */
        public readonly string $tool,
        public readonly string $product,
        /** Composer's own words. */
        public readonly ?string $conflict,
        /** The PHP that runs Composer does not fit that Magento: its words. The rest is true for a PHP that does. */
        public readonly ?string $platform,
    ) {
    }

    /** @param string $needed the release that the new Magento takes, "" when there is none */
    public static function of(Shop $shop, string $magento, string $needed, UpgradeOptions $options, Reporter $reporter): self
    {
        $manifest = Manifest::of($shop);
        $product = Product::of($manifest) ?? throw Failure::preflight('no-product', sprintf('"%s/composer.json" requires no product package of Magento, such as magento/product-community-edition.', $shop->root), 'How Magento is upgraded there is yours to know; the rules for the tool hold all the same.');
        $solver = new Solver($shop, $manifest, Program::find($shop, $options->php, $options->composer), $reporter);
        $lines = $product->requirements($magento) + $product->pinned($magento);
        $tries = array_filter([
            self::INSTALLED => [],
            self::NEEDED => $needed === '' ? null : [Shop::TOOL => $needed],
            self::NONE => [Shop::TOOL => null],
        ], 'is_array');
        if (!$shop->installed()->hasTool() && $manifest->constraint(Shop::TOOL) === '') { // as it is required is without one
            unset($tries[self::NONE]);
        }
        $first = self::ask($solver, $product, $lines, $tries, true);
        if ($first->blocks !== null || $first->platform === null) {
            return $first;
        }
        $second = self::ask($solver, $product, $lines, $tries, false);

        return new self($second->blocks, $second->with, $second->tool, $second->product, $second->conflict, $first->platform);
    }

    /**
     * @param array<string, string>                 $lines
     * @param array<string, array<string, ?string>> $tries
     */
    private static function ask(Solver $solver, Product $product, array $lines, array $tries, bool $platform): self
    {
        $conflict = $last = null;
        foreach ($tries as $with => $tool) {
            $solution = $solver->solve($tool + $lines, $platform);
            if ($solution->found) {
                return new self($with !== self::INSTALLED, $with, $solution->version(Shop::TOOL), $solution->version($product->name), $conflict, null);
            }
            self::check($solution, $product, $lines);
            $last = $solution;
            $conflict ??= $solution->words();
        }

        $words = $last?->words();

        return new self(null, null, '', '', $words, $platform && $last?->isPlatform() === true ? $words : null);
    }

    /**
     * Throws when Composer could not look, or knows no such Magento.
     *
     * @param array<string, string> $lines
     */
    private static function check(Solution $solution, Product $product, array $lines): void
    {
        if ($solution->killed) {
            throw Failure::preflight('memory', 'Composer was killed while it resolved the packages: that takes up to 2 GB of memory.', 'Give the machine or the container more memory, or swap.');
        }
        foreach ($lines as $package => $constraint) {
            if ($solution->lacks($package)) {
                throw Failure::preflight('no-magento', sprintf('The repositories have no %s %s.', $package, $constraint), 'Is there such a version, and do the credentials of the repository reach it? "composer show --all ' . $product->name . '" lists what there is.');
            }
        }
        if (!$solution->isConflict()) {
            $error = $solution->error();
            throw Failure::preflight($error->code, $error->message, $error->hint);
        }
    }

    /** @return array{blocks: ?bool, conflict: ?string, platform: ?string, solved: array{with: ?string, tool: ?string}} */
    public function toArray(): array
    {
        return [
            'blocks' => $this->blocks,
            'conflict' => $this->conflict,
            'platform' => $this->platform,
            'solved' => ['with' => $this->with, 'tool' => $this->tool === '' ? null : $this->tool],
        ];
    }
}
