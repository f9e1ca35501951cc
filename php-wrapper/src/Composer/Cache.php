<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Shop\StatePlace;
use Lockstep\Tree;

/** One remembered answer in a file of var/lockstep, with the question it answers. Never the reason of a failure. */
final class Cache
{
    public function __construct(
        private readonly Shop $shop,
        private readonly string $file,
    ) {
    }

    /** The answer to this very question, at most $age seconds old (0: of any age); null when there is none. */
    public function get(string $question, int $age = 0): mixed
    {
        $path = $this->shop->state($this->file);
        $json = is_file($path) && is_readable($path) ? json_decode((string) file_get_contents($path), true) : null;
        if (!is_array($json) || ($json['question'] ?? null) !== $question || !is_int($json['time'] ?? null)) {
            return null;
        }

        return $age > 0 && abs(time() - $json['time']) > $age ? null : $json['answer'] ?? null;
    }

    public function put(string $question, mixed $answer): void
    {
        if (!StatePlace::isOwn($this->shop)) {
            return;
        }
        try {
            Tree::privateDirectory($this->shop->state());
            Tree::put($this->shop->state($this->file), json_encode(['question' => $question, 'time' => time(), 'answer' => $answer], JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES));
        } catch (CoreException) {
            return; // asked again next time
        }
    }
}
