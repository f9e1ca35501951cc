<?php
return [
    'backend' => ['frontName' => 'admin_fixture'],
    'crypt' => ['key' => 'fixture00000000000000000000crypt'],
    'db' => [
        'table_prefix' => '',
        'connection' => [
            'default' => ['host' => '127.0.0.1:1', 'dbname' => 'fixture', 'username' => 'fixture', 'password' => 'fixture-database-secret', 'active' => '1'],
        ],
    ],
    'MAGE_MODE' => 'developer',
    'install' => ['date' => 'Thu, 16 Mar 2023 09:00:00 +0000'],
];
