<?php

/*
 * A fake of vendor/bin/lockstep: does what its first argument says, and knows nothing of shops.
 */

declare(strict_types=1);

$document = static fn (int $code, string $message): string => json_encode(['exit_code' => $code, 'error' => ['code' => 'fake', 'message' => $message, 'hint' => 'Do this.']], JSON_THROW_ON_ERROR) . "\n";
switch ($argv[1] ?? '') {
    case 'done':
        echo json_encode(['exit_code' => 0, 'arguments' => array_slice($argv, 1), 'environment' => getenv('LOCKSTEP_FAKE')], JSON_THROW_ON_ERROR), "\n";
        exit(0);
    case 'code':
        echo $document((int) $argv[2], "first\nsecond");
        exit((int) $argv[2]);
    case 'secret':
        echo $document(8, 'https://me:hidden@example.com is not there');
        exit(8);
    case 'rubbish':
        echo "this is no JSON\n";
        fwrite(STDERR, str_repeat('x', 3999) . "\u{20ac}" . str_repeat('y', 3998));
        exit(1);
    case 'much':
        echo json_encode(['diff' => str_repeat('a', 5000000)], JSON_THROW_ON_ERROR), "\n";
        exit(0);
    case 'die':
        posix_kill(posix_getpid(), SIGKILL);
        break;
    case 'hang':
        sleep(60);
        break;
    case 'deaf':
        pcntl_async_signals(true);
        pcntl_signal(SIGTERM, SIG_IGN);
        for ($until = time() + 60; time() < $until;) {
            sleep(1);
        }
}
