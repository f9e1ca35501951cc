<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;

return new class () extends Kind {
    public function description(): string
    {
        return 'as default, without Lockstep in its composer files: for the PHAR';
    }

    public function composerJson(array $json): array
    {
        unset($json['repositories']['lockstep'], $json['require']['lockstep/module-migration-tool']);

        return $json;
    }
};
