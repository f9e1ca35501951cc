<?php

declare(strict_types=1);

namespace Lockstep\Tests\Site;

/** A shop in which a Composer plugin patches the tool and another package. */
abstract class Patched extends Kind
{
    /** Fits every release of the tool. */
    public const FITS = 'patches/tool-convert.patch';
    /** Fits release 2.4.5 and no later one. */
    public const OLD = 'patches/tool-shipping.patch';
    public const OTHER = 'patches/dev-tool.patch';
    /** Is in no list yet. */
    public const FURTHER = 'patches/dev-tool-further.patch';

    abstract protected function plugin(): string;

    public function files(): array
    {
        return [
            self::FITS => <<<'PATCH'
                --- a/src/Migration/Handler/Convert.php
                +++ b/src/Migration/Handler/Convert.php
                @@ -16,7 +16,7 @@
                     public function handle(array $record, string $field): array
                     {
                         $value = $record[$field] ?? '';
                -        $record[$field] = $this->map[$value] ?? $value;
                +        $record[$field] = $this->map[trim($value)] ?? $value; // patched: trim
                 
                         return $record;
                     }

                PATCH,
            self::OLD => <<<'PATCH'
                --- a/src/Migration/Handler/ShippingMethod.php
                +++ b/src/Migration/Handler/ShippingMethod.php
                @@ -20,7 +20,7 @@
                         if ($method === '') {
                             return $record;
                         }
                -        $record[$field] = $this->methods[$method] ?? $method;
                +        $record[$field] = $this->methods[$method] ?? 'unknown'; // patched: unknown
                 
                         return $record;
                     }

                PATCH,
            self::OTHER => <<<'PATCH'
                --- a/src/DevTool.php
                +++ b/src/DevTool.php
                @@ -4,4 +4,5 @@

                 final class DevTool
                 {
                +    // patched: once
                 }

                PATCH,
            self::FURTHER => <<<'PATCH'
                --- a/bin/dev-tool
                +++ b/bin/dev-tool
                @@ -1,3 +1,3 @@
                 #!/usr/bin/env php
                 <?php
                -echo "dev-tool\n";
                +echo "dev-tool, patched\n";

                PATCH,
        ];
    }

    public function composerJson(array $json): array
    {
        $json['config']['allow-plugins'] = [$this->plugin() => true];
        $json['extra']['patches'] = [
            Tool::NAME => ['Trim values' => self::FITS],
            'lockstep-fixture/dev-tool' => ['Note it' => self::OTHER],
        ];

        return $json;
    }
}
