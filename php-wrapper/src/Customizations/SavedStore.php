<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Customizations;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/** var/lockstep/customizations: the saved ones, which of them are lost, and which tool Lockstep itself put there. */
final class SavedStore
{
    /** Older ones are removed; never one that is told as lost. */
    private const KEPT = 30;
    private const STATE = 'state.json';
    private const BESIDE = '.new-';
    private const LEFT_BEHIND = 3600;

    private readonly string $directory;

    public function __construct(Shop $shop)
    {
        $this->directory = $shop->state('customizations');
    }

    /** @return list<Saved> oldest first */
    public function all(): array
    {
        $names = is_readable($this->directory) ? array_filter(Files::names($this->directory), Identifier::matches(...)) : [];

        return array_values(array_filter(array_map(fn (string $name): ?Saved => Saved::read($this->directory . '/' . $name), $names)));
    }

    public function last(): ?Saved
    {
        $all = $this->all();

        return end($all) ?: null;
    }

    /** @return list<Saved> those whose ID begins so */
    public function matching(string $id): array
    {
        return array_values(array_filter($this->all(), static fn (Saved $saved): bool => $id !== '' && str_starts_with($saved->id, $id)));
    }

    /** @param list<Item> $items */
    public function add(string $tool, Base $base, ?string $stamp, array $items): Saved
    {
        $this->clear();
        $id = Identifier::make();
        $beside = $this->directory . '/' . self::BESIDE . $id;
        Tree::privateDirectory($beside);
        try {
            Saved::write($beside, $tool, $base, $stamp, $items);
            Tree::sync($beside);
            if (!@rename($beside, $this->directory . '/' . $id)) {
                throw Failure::preflight('customizations', sprintf('"%s" cannot be made.', $this->directory . '/' . $id));
            }
            Tree::sync($this->directory . '/' . $id);
        } finally {
            Tree::remove($beside);
        }
        $this->prune();

        return Saved::read($this->directory . '/' . $id) ?? throw new \LogicException('What was saved cannot be read.');
    }

    /** @return list<string> IDs of those that were told as lost, oldest first */
    public function lost(): array
    {
        $lost = $this->state()['lost'] ?? null;

        return is_array($lost) ? array_values(array_filter($lost, 'is_string')) : [];
    }

    /** @param list<string> $ids */
    public function setLost(array $ids): void
    {
        sort($ids);
        if ($ids !== $this->lost()) {
            $this->put(['lost' => $ids] + $this->state());
        }
    }

    /** The tool that a run of Lockstep put there: with it nothing is lost. */
    public function ours(): ?string
    {
        $ours = $this->state()['ours'] ?? null;

        return is_string($ours) ? $ours : null;
    }

    public function setOurs(?string $stamp): void
    {
        $this->put(['ours' => $stamp] + $this->state());
    }

    /** Notes what was brought back, and the tool before and after: an undo brings the one again, and its undo the other. */
    public function setBroughtBack(string $id, ?string $before, ?string $after): void
    {
        $this->put(['brought_back' => ['id' => $id, 'before' => $before, 'after' => $after]] + $this->state());
    }

    /** Is with this tool lost what was brought back? Null when it has nothing to do with that. */
    public function isLostWith(string $stamp): ?bool
    {
        $noted = $this->broughtBack();

        return match ($stamp) {
            $noted['before'] => true,
            $noted['after'] => false,
            default => null,
        };
    }

    /** @return array{id: string, before: string, after: string} empty strings when nothing was */
    public function broughtBack(): array
    {
        $noted = $this->state()['brought_back'] ?? null;
        $text = static fn (string $key): string => is_array($noted) && is_string($noted[$key] ?? null) ? $noted[$key] : '';

        return ['id' => $text('id'), 'before' => $text('before'), 'after' => $text('after')];
    }

    /** @return array<mixed> */
    private function state(): array
    {
        $file = $this->directory . '/' . self::STATE;
        $json = is_file($file) && is_readable($file) ? json_decode((string) file_get_contents($file), true) : null;

        return is_array($json) ? $json : [];
    }

    /** @param array<mixed> $state */
    private function put(array $state): void
    {
        Tree::privateDirectory($this->directory);
        Tree::put($this->directory . '/' . self::STATE, json_encode($state, JSON_THROW_ON_ERROR) . "\n");
    }

    private function prune(): void
    {
        $lost = $this->lost();
        foreach (array_slice($this->all(), 0, -self::KEPT) as $old) {
            if (!in_array($old->id, $lost, true)) {
                Tree::remove($old->directory);
            }
        }
    }

    /** What a killed run had begun to save. */
    private function clear(): void
    {
        foreach (Files::names($this->directory) as $name) {
            $left = $this->directory . '/' . $name;
            if (str_starts_with($name, self::BESIDE) && (int) filemtime($left) < time() - self::LEFT_BEHIND) {
                Tree::remove($left);
            }
        }
    }
}
