<?php

/*
 * A fake of vendor/bin/lockstep: says what the real one would say of a small shop, and refuses each upgrade. With a file
 * "no-extension" in the shop it is one whose extension is missing.
 */

declare(strict_types=1);

$root = substr((string) array_values(array_filter($argv, static fn (string $argument): bool => str_starts_with($argument, '--root-dir=')))[0], strlen('--root-dir='));
$refusal = static fn (string $message): array => ['exit_code' => 4, 'error' => ['code' => 'fake', 'message' => $message, 'hint' => 'Do this.']];
$answer = file_exists($root . '/no-extension') ? $refusal('The PHP extension "lockstep" is not loaded.') : match ($argv[1]) {
    'migration:tool:status' => ['exit_code' => 0, 'version' => '2.4.6'],
    'migration:tool:diff' => ['exit_code' => 0, 'diff' => [['path' => 'a.xml', 'diff' => '+a'], ['path' => 'long.xml', 'diff' => str_repeat('x', 2000000)], ['path' => 'b.xml', 'diff' => '+b']]],
    'migration:tool:backup:list' => ['exit_code' => 0, 'backups' => [['id' => '1'], ['id' => '2']]],
    'migration:tool:upgrade' => $refusal('In the way.'),
    default => ['exit_code' => 0],
};
echo json_encode($answer, JSON_THROW_ON_ERROR), "\n";
exit($answer['exit_code']);
