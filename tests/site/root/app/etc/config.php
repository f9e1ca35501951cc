<?php
return [
    'modules' => [
        'Magento_Store' => 1,
        'Magento_DataMigrationTool' => 1,
        'Acme_Loyalty' => 1,
    ],
];
