<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

/** One rule of a block added, removed, changed or commented out, at the block's start, in its middle, at its end. */
final class RuleKind implements Kind
{
    public const PLACES = ['start', 'middle', 'end'];

    public const WHATS = ['added', 'removed', 'changed', 'commented out'];

    /** @param int $rank which block of the file, 0 is the longest */
    public function __construct(private readonly string $what, private readonly string $place, private readonly int $rank)
    {
    }

    /** @return list<Kind> */
    public static function all(): array
    {
        $all = [];
        foreach (self::WHATS as $what) {
            foreach (self::PLACES as $place) {
                array_push($all, new self($what, $place, 0), new self($what, $place, 1));
            }
        }

        return $all;
    }

    public function label(): string
    {
        return "a rule $this->what, $this->place of " . ['the longest block', 'the next block'][$this->rank];
    }

    public function make(string $path, string $base, string $theirs): ?Edit
    {
        $root = basename($path) === 'config.xml.dist' || !str_ends_with($path, '.xml.dist') ? null : Element::root($base);
        $blocks = $root === null ? [] : array_values(array_filter($root->all(), self::isBlock(...)));
        usort($blocks, static fn (Element $one, Element $other): int => [count($other->children), $one->start] <=> [count($one->children), $other->start]);
        $block = $blocks[$this->rank] ?? null;
        $last = $block === null ? -1 : count($block->children) - 1;
        if ($block === null || $last < 0) {
            return null;
        }
        $at = ['start' => 0, 'middle' => intdiv($last, 2), 'end' => $last][$this->place];

        return $this->what === 'added' ? $this->add($block, $at) : $this->change($block, $at);
    }

    public static function isBlock(Element $element): bool
    {
        foreach ($element->children as $child) {
            if (($child->children === []) !== in_array($element->name, ['group'], true)) {
                return false;
            }
        }

        return $element->children !== [] && !in_array($element->name, ['source', 'destination', 'map', 'settings', 'groups', 'transform', 'handler'], true);
    }

    /** Adds a copy of the rule there with another subject, behind it; at the start before it. */
    private function add(Element $block, int $at): ?Edit
    {
        $like = $block->children[$at];
        $leaf = $like->leaf();
        if ($leaf === null) {
            return null;
        }
        $xml = substr_replace($like->outer(), 'lockstep_own.' . preg_replace('/\W/', '_', $this->place), $leaf->innerStart - $like->start, $leaf->innerEnd - $leaf->innerStart);
        $newline = str_contains($like->text, "\r\n") ? "\r\n" : "\n";
        $canons = array_map(static fn (Element $one): string => $one->canon, $block->children);
        $first = $this->place === 'start';
        $splice = $first ? [$like->start => [0, $xml . $newline . $like->indent()]] : [$like->end => [0, $newline . $like->indent() . $xml]];
        $cut = $first ? $at : $at + 1;

        return new Edit(Edit::splice($like->text, $splice), [new Added($block->path(), $xml, array_slice($canons, 0, $cut), array_slice($canons, $cut))]);
    }

    /** Changes, removes or comments out the rule there, or the nearest behind or before it that is there once. */
    private function change(Element $block, int $at): ?Edit
    {
        $counts = array_count_values(array_map(static fn (Element $one): string => $one->canon, $block->children));
        $order = range(0, count($block->children) - 1);
        usort($order, static fn (int $one, int $other): int => [abs($one - $at), $one] <=> [abs($other - $at), $other]);
        foreach ($order as $index) {
            $rule = $block->children[$index];
            $leaf = $rule->leaf(true);
            if ($counts[$rule->canon] !== 1 || $leaf === null || str_contains($rule->outer(), '--')) {
                continue;
            }
            $xml = match ($this->what) {
                'removed' => '',
                'changed' => substr_replace($rule->outer(), 'lockstep_own.changed', $leaf->innerStart - $rule->start, $leaf->innerEnd - $leaf->innerStart),
                default => '<!-- ' . $rule->outer() . ' -->',
            };
            $before = $xml === '' ? strlen(rtrim(substr($rule->text, 0, $rule->start))) : $rule->start;

            $stays = $this->what === 'changed' && $leaf !== $rule->leaf(); /* else it is about something else now, and another rule */
            $claims = [new Replaced($block->path(), $rule->canon, $stays ? $xml : '')];
            if ($xml !== '' && !$stays) {
                $canons = array_map(static fn (Element $one): string => $one->canon, $block->children);
                $claims[] = new Added($block->path(), $xml, array_slice($canons, 0, $index), array_slice($canons, $index + 1));
            }

            return new Edit(Edit::splice($rule->text, [$before => [$rule->end - $before, $xml]]), $claims);
        }

        return null;
    }
}
