<?php

declare(strict_types=1);

use Lockstep\Tests\Site\Kind;
use Lockstep\Tests\Site\Tool;

return new class () extends Kind {
    public function description(): string
    {
        return 'the tool required in require-dev, by a range';
    }

    public function composerJson(array $json): array
    {
        $json['require-dev'][Tool::NAME] = '~2.4.4, <2.4.6';
        unset($json['require'][Tool::NAME]);

        return $json;
    }
};
