<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

use DOMDocument;

/** Attributes of an element set to other values, or added. */
final class AttributesSet implements Claim
{
    /**
     * @param array<string, ?string> $old null: there was none
     * @param array<string, string> $new
     */
    public function __construct(private readonly string $path, private readonly array $old, private readonly array $new)
    {
    }

    public function expect(DOMDocument $theirs): string
    {
        $element = Canon::find($theirs, $this->path);
        if ($element === null) {
            return 'same';
        }
        foreach ($this->new as $name => $value) {
            if (($element->hasAttribute($name) ? $element->getAttribute($name) : null) !== ($this->old[$name] ?? null)) {
                return 'same';
            }
            $element->setAttribute($name, $value);
        }

        return '';
    }

    public function settle(DOMDocument $merged): ?string
    {
        return null;
    }
}
