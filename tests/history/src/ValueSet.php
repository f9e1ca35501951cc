<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

use DOMDocument;

/** An element's value set to another one; a path that is led to the copy of what it named follows where that went. */
final class ValueSet implements Claim
{
    public function __construct(private readonly string $path, private readonly string $old, private readonly string $new)
    {
    }

    public function expect(DOMDocument $theirs): string
    {
        $element = Canon::find($theirs, $this->path);
        if ($element === null) {
            return 'same';
        }
        $value = Canon::words($element->textContent);
        if ($value !== $this->old) {
            $copied = str_ends_with($this->old, '.dist') && $this->new === substr($this->old, 0, -5) && basename($value) === basename($this->old);
            if (!$copied) {
                return 'same';
            }
            $element->textContent = substr($value, 0, -5);

            return '';
        }
        $element->textContent = $this->new;

        return '';
    }

    public function settle(DOMDocument $merged): ?string
    {
        return null;
    }
}
