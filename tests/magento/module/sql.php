<?php

/* One statement in the shop's database, answers one value a line: sql.php ROOT STATEMENT */

declare(strict_types=1);

[, $root, $statement] = $argv;
$connection = (require $root . '/app/etc/env.php')['db']['connection']['default'];
[$host, $port] = explode(':', $connection['host'] . ':3306');
$dsn = str_starts_with($host, '/') ? 'unix_socket=' . $host : "host=$host;port=$port";
$pdo = new PDO("mysql:$dsn;dbname={$connection['dbname']}", $connection['username'], $connection['password'], [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
$result = $pdo->query($statement);
if ($result !== false && $result->columnCount() > 0) {
    echo implode("\n", $result->fetchAll(PDO::FETCH_COLUMN)), "\n";
}
