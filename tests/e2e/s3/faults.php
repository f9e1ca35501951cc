<?php

/*
 * A bad way to a server: php faults.php PORT TARGET FAULT [BYTES], all of this machine.
 *
 * cut: a request longer than BYTES is cut, both ends closed; stall: it stands still there; cut-answer, stall-answer: the same of an
 * answer; date: requests are 20 minutes old.
 */

declare(strict_types=1);

[, $port, $target, $fault] = $argv;
$limit = (int)($argv[4] ?? 0);
$server = stream_socket_server("tcp://127.0.0.1:$port") ?: exit(1);
$ends = []; // id => [this end, the other end, is it the client's]
$since = []; // id => bytes that came from this end since the other one had its say
while (true) {
    $readable = [$server, ...array_column($ends, 0)];
    $none = null;
    if (@stream_select($readable, $none, $none, 10) === false) {
        exit(1);
    }
    foreach ($readable as $stream) {
        if ($stream === $server) {
            $client = stream_socket_accept($server, 0);
            $upstream = $client === false ? false : @stream_socket_client("tcp://$target", $code, $message, 5);
            if ($client !== false && $upstream !== false) {
                $ends[(int)$client] = [$client, $upstream, true];
                $ends[(int)$upstream] = [$upstream, $client, false];
            }
            continue;
        }
        if (!isset($ends[(int)$stream])) {
            continue; // its pair went in this round
        }
        [, $other, $isClient] = $ends[(int)$stream];
        $chunk = (string)@fread($stream, 65536);
        $since[(int)$other] = 0;
        $since[(int)$stream] = ($since[(int)$stream] ?? 0) + strlen($chunk);
        $applies = str_ends_with($fault, '-answer') !== $isClient && $since[(int)$stream] > $limit;
        if ($applies && str_starts_with($fault, 'stall')) {
            unset($ends[(int)$stream]); // nobody reads it any more
            $open[] = [$stream, $other];
            continue;
        }
        if ($chunk === '' || ($applies && str_starts_with($fault, 'cut'))) {
            unset($ends[(int)$stream], $ends[(int)$other]);
            fclose($stream);
            fclose($other);
            continue;
        }
        if ($fault === 'date' && $isClient) {
            $chunk = (string)preg_replace_callback('/^(x-amz-date: )(\w+)/mi', static fn (array $match): string => $match[1] . gmdate('Ymd\THis\Z', strtotime($match[2]) - 1200), $chunk);
        }
        @fwrite($other, $chunk);
    }
}
