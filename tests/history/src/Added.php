<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

use DOMDocument;
use DOMNode;

/** Nodes added to an element: they are there once, together, between the neighbours that they were put between. */
final class Added implements Claim
{
    private ?string $before = null;

    private ?string $behind = null;

    /**
     * @param list<string> $above what stood above in the element, the nearest last
     * @param list<string> $below what stood below, the nearest first
     */
    public function __construct(private readonly string $path, private readonly string $xml, private readonly array $above, private readonly array $below)
    {
    }

    public function expect(DOMDocument $theirs): string
    {
        $parent = Canon::find($theirs, $this->path);
        if ($parent === null) {
            return 'same';
        }
        $children = array_map(Canon::of(...), Canon::children($parent));
        $this->before = $this->nearest(array_reverse($this->above), $children);
        $this->behind = $this->nearest($this->below, $children);
        if ($this->before !== null && $this->behind !== null && array_search($this->before, $children, true) > array_search($this->behind, $children, true)) {
            $this->before = $this->behind = null; /* moved upstream: any place is as good */
        }

        return '';
    }

    public function settle(DOMDocument $merged): ?string
    {
        $parent = Canon::find($merged, $this->path);
        if ($parent === null) {
            return "the merged file has no $this->path";
        }
        $piece = Canon::fragment($merged, $this->xml);
        $wanted = array_map(Canon::of(...), Canon::children($piece));
        $nodes = Canon::children($parent);
        $children = array_map(Canon::of(...), $nodes);
        $at = array_search($wanted[0], $children, true);
        if ($at === false || array_slice($children, $at, count($wanted)) !== $wanted) {
            return 'what was added is not there, or not together';
        }
        $before = $this->before === null ? -1 : array_search($this->before, $children, true);
        $behind = $this->behind === null ? PHP_INT_MAX : array_search($this->behind, $children, true);
        if ($before === false || $behind === false || $before >= $at || $behind < $at + count($wanted)) {
            return 'what was added stands in another place';
        }
        array_map(static fn (DOMNode $node): DOMNode => $parent->removeChild($node), array_slice($nodes, $at, count($wanted)));

        return null;
    }

    /**
     * @param list<string> $of
     * @param list<string> $children
     */
    private function nearest(array $of, array $children): ?string
    {
        $old = array_count_values([...$this->above, ...$this->below]);
        $new = array_count_values($children);
        foreach ($of as $one) {
            if ($old[$one] === 1 && ($new[$one] ?? 0) === 1) {
                return $one;
            }
        }

        return null;
    }
}
