<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Modules;

/**
 * What runs in the fresh PHP of Inspection, beside Probe: needs nothing but these two, and PHP 7.1.
 *
 * A question is a line: "describe CLASS" or "load CLASS FILE", the file only when it is known. Each is answered by a line of JSON as soon as it can be, so that a
 * fatal error loses one answer alone.
 */
final class Inspector
{
    /** @var ?string the question under way */
    private static $asked = null;

    public static function run(string $autoload, string $tool, string $questions): int
    {
        \Lockstep\MigrationTool\Upgrade\Verification\Probe::skipForeignFiles(dirname($autoload) . '/composer/autoload_files.php', (string) realpath($tool));
        require $autoload;
        $asked = [];
        foreach (array_filter(explode("\n", $questions)) as $question) {
            $asked[] = explode(' ', $question, 3) + ['', '', ''];
        }
        $files = array_filter(array_column($asked, 2, 1));
        spl_autoload_register(static function (string $class) use ($files): void {
            if (isset($files[$class])) {
                require_once $files[$class];
            }
        });
        register_shutdown_function(static function (): void {
            $error = error_get_last();
            if (self::$asked !== null) {
                self::tell(['error' => $error === null ? 'it ends the program' : $error['message'], 'file' => $error['file'] ?? '', 'line' => $error['line'] ?? 0]);
            }
        });
        foreach ($asked as [$what, $class, $file]) {
            self::$asked = $what . ' ' . $class;
            self::tell($what === 'load' ? self::load($class, $file) : ['shape' => self::shape($class)]);
        }

        return 0;
    }

    /** @param array<string, mixed> $answer */
    private static function tell(array $answer): void
    {
        fwrite(STDOUT, "\n" . json_encode(['asked' => self::$asked] + $answer, JSON_PARTIAL_OUTPUT_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
        self::$asked = null;
    }

    /** @phpstan-assert-if-true class-string $class */
    private static function exists(string $class): bool
    {
        try {
            return class_exists($class) || interface_exists($class) || trait_exists($class);
        } catch (\Throwable $e) {
            return false;
        }
    }

    /** @return array<string, mixed> */
    private static function load(string $class, string $file): array
    {
        try {
            if (!class_exists($class) && !interface_exists($class) && !trait_exists($class)) {
                if ($file === '') {
                    return ['error' => 'there is no such class'];
                }
                require_once $file;
            }

            return ['loaded' => true];
        } catch (\Throwable $e) {
            return ['error' => $e->getMessage(), 'file' => $e->getFile(), 'line' => $e->getLine()];
        }
    }

    /** @return ?array<string, array{key: string, text: string}> methods that others may call or override, by their names in lower case; null: no such class */
    private static function shape(string $class): ?array
    {
        if (!self::exists($class)) {
            return null;
        }
        $methods = [];
        foreach ((new \ReflectionClass($class))->getMethods() as $method) {
            if (!$method->isPrivate()) {
                $methods[strtolower($method->getName())] = self::method($method);
            }
        }

        return $methods;
    }

    /** @return array{key: string, text: string} the key is the same for what is the same to who calls or overrides it: names of parameters are nothing */
    private static function method(\ReflectionMethod $method): array
    {
        $keys = $texts = [];
        foreach ($method->getParameters() as $parameter) {
            $type = $parameter->hasType() ? (string) $parameter->getType() . ' ' : '';
            $sign = ($parameter->isPassedByReference() ? '&' : '') . ($parameter->isVariadic() ? '...' : '');
            $keys[] = $type . $sign . ($parameter->isOptional() ? '=' : '');
            $texts[] = $type . $sign . '$' . $parameter->getName() . ($parameter->isOptional() && !$parameter->isVariadic() ? ' = …' : '');
        }
        $returns = $method->hasReturnType() ? ': ' . $method->getReturnType() : '';
        $before = ($method->isFinal() ? 'final ' : '') . ($method->isStatic() ? 'static ' : '') . ($method->isProtected() ? 'protected ' : '');

        return ['key' => $before . implode(',', $keys) . $returns, 'text' => $before . $method->getName() . '(' . implode(', ', $texts) . ')' . $returns];
    }
}
