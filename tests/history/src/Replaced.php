<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

use DOMDocument;

/** A child replaced by something else, or by nothing. */
final class Replaced implements Claim
{
    public function __construct(private readonly string $path, private readonly string $old, private readonly string $xml)
    {
    }

    public function expect(DOMDocument $theirs): string
    {
        $parent = Canon::find($theirs, $this->path);
        $found = [];
        foreach ($parent === null ? [] : Canon::children($parent) as $child) {
            if (Canon::of($child) === $this->old) {
                $found[] = $child;
            }
        }
        if (count($found) !== 1) {
            return $found === [] ? 'same' : 'twice';
        }
        if ($this->xml !== '') {
            $found[0]->parentNode?->insertBefore(Canon::fragment($theirs, $this->xml), $found[0]);
        }
        $found[0]->parentNode?->removeChild($found[0]);

        return '';
    }

    public function settle(DOMDocument $merged): ?string
    {
        return null;
    }
}
