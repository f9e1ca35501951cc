<?php

declare(strict_types=1);

/** As "hostile"; the plugin goes through every link that it finds, not only through what it works on. */
$hostile = require __DIR__ . '/hostile.php';

return new class ($hostile) extends \Lockstep\Tests\Site\Kind {
    public function __construct(private readonly \Lockstep\Tests\Site\Kind $hostile)
    {
    }

    public function description(): string
    {
        return 'as hostile, but the plugin looks for a way to the live tree through any link';
    }

    public function packages(): array
    {
        return $this->hostile->packages();
    }

    public function composerJson(array $json): array
    {
        $json = $this->hostile->composerJson($json);
        $json['extra']['hostile'] = 'any link';

        return $json;
    }
};
