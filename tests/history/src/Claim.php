<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

use DOMDocument;

/** What an edit of one element must come to in the next release, said without any merge. */
interface Claim
{
    /**
     * Makes the edit in the new release's document.
     *
     * @return string "" when it is made; "same": the release changed the very element; "twice": which element is meant cannot be told
     */
    public function expect(DOMDocument $theirs): string;

    /** Takes out of the merged document what expect() could not put into the release's, as it has a choice of places. Says what is wrong. */
    public function settle(DOMDocument $merged): ?string;
}
