<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Modules;

/** A PHP file as it is written: the classes that it declares, what they are built on, and the classes of the tool that it names. Read, never run. */
final class Source
{
    private const TOOL = 'Migration\\';
    private const DECLARES = [T_CLASS, T_INTERFACE, T_TRAIT, T_ENUM];
    private const NAMES = [T_STRING, T_NAME_QUALIFIED, T_NAME_FULLY_QUALIFIED, T_NAME_RELATIVE];

    /** @var array<string, int> class of the tool => line where it is named first */
    public array $names = [];
    /** @var list<array{class: string, line: int, parents: list<string>, methods: array<string, int>, calls: array<string, int>}> names of methods are in lower case */
    public array $classes = [];
    private string $namespace = '';
    /** @var array<string, string> alias in lower case => class */
    private array $uses = [];
    /** @var list<\PhpToken> without white space and comments */
    private array $tokens;

    private function __construct(string $text)
    {
        $this->tokens = array_values(array_filter(\PhpToken::tokenize($text), static fn (\PhpToken $token): bool => !$token->isIgnorable()));
    }

    /** Null when it does not name the tool's classes. */
    public static function read(string $file): ?self
    {
        $text = is_readable($file) ? (string) file_get_contents($file) : '';
        if (preg_match('~(?<![\w\\\\])\\\\?Migration\\\\~', $text) !== 1) {
            return null;
        }
        $source = new self($text);
        $source->walk();
        $source->tokens = [];

        return $source->names === [] && $source->namespace !== 'Migration' && !str_starts_with($source->namespace, self::TOOL) ? null : $source;
    }

    private function walk(): void
    {
        $depth = 0;
        $body = null; // depth of the class that is being read
        foreach ($this->tokens as $at => $token) {
            $before = $this->tokens[$at - 1] ?? null;
            if ($token->is(['{', T_CURLY_OPEN, T_DOLLAR_OPEN_CURLY_BRACES])) {
                $depth++;
            } elseif ($token->is('}')) {
                $depth--;
                $body = $body !== null && $depth < $body ? null : $body;
            } elseif ($token->is(T_NAMESPACE) && ($this->tokens[$at + 1] ?? $token)->is([T_STRING, T_NAME_QUALIFIED])) {
                $this->namespace = $this->tokens[$at + 1]->text;
                $this->uses = [];
            } elseif ($token->is(T_USE) && $body === null && !$before?->is(')')) {
                $this->import($at + 1);
            } elseif ($token->is(T_USE) && $body === $depth) {
                $this->parents($at + 1, true);
            } elseif ($token->is(self::DECLARES) && $body === null && !$before?->is([T_DOUBLE_COLON, T_NEW]) && ($this->tokens[$at + 1] ?? $token)->is(T_STRING)) {
                $this->classes[] = ['class' => ltrim($this->namespace . '\\' . $this->tokens[$at + 1]->text, '\\'), 'line' => $token->line, 'parents' => [], 'methods' => [], 'calls' => []];
                $body = $depth + 1;
                $this->parents($at + 2, false);
            } elseif ($body !== null && $token->is(T_FUNCTION) && $depth === $body) {
                $name = $this->tokens[$at + 1]->is(['&', T_AMPERSAND_NOT_FOLLOWED_BY_VAR_OR_VARARG]) ? $this->tokens[$at + 2] : $this->tokens[$at + 1];
                $this->classes[count($this->classes) - 1]['methods'][strtolower($name->text)] = $name->line;
            } elseif ($body !== null && $token->is(T_STRING) && ($this->tokens[$at + 1] ?? $token)->is('(') && $this->isOwn($at)) {
                $this->classes[count($this->classes) - 1]['calls'][strtolower($token->text)] ??= $token->line;
            }
            if ($token->is(self::NAMES) && !$before?->is([T_NAMESPACE, T_OBJECT_OPERATOR, T_NULLSAFE_OBJECT_OPERATOR, T_FUNCTION, T_CONST])) {
                $this->note($this->resolve($token), $token->line);
            }
        }
    }

    /** $this->NAME( or parent::NAME(, self::, static:: */
    private function isOwn(int $at): bool
    {
        $operator = $this->tokens[$at - 1] ?? null;
        $left = $this->tokens[$at - 2] ?? null;

        return ($operator?->is(T_OBJECT_OPERATOR) && $left?->text === '$this') || ($operator?->is(T_DOUBLE_COLON) && $left?->is(['parent', 'self', T_STATIC]) === true);
    }

    /** The parents and interfaces that follow a class's name, after the type of an enum; or the traits that it uses. */
    private function parents(int $at, bool $begun): void
    {
        for (; isset($this->tokens[$at]) && !$this->tokens[$at]->is(['{', ';']); $at++) {
            $begun = $begun || $this->tokens[$at]->is([T_EXTENDS, T_IMPLEMENTS]);
            if ($begun && $this->tokens[$at]->is(self::NAMES)) {
                $this->classes[count($this->classes) - 1]['parents'][] = $this->resolve($this->tokens[$at]);
            }
        }
    }

    /** "use A\B, A\C as D;" and "use A\{B, C as D};"; functions and constants are no classes. */
    private function import(int $at): void
    {
        $group = $name = '';
        for (; isset($this->tokens[$at]) && !$this->tokens[$at]->is(';'); $at++) {
            $token = $this->tokens[$at];
            if ($token->is([T_FUNCTION, T_CONST])) {
                return;
            }
            if ($token->is(T_AS)) {
                $this->uses[strtolower($this->tokens[++$at]->text)] = $name;
            } elseif ($token->is(self::NAMES)) {
                $name = $group . ltrim($token->text, '\\');
                $following = $this->tokens[$at + 1] ?? null;
                if ($following?->is(T_NS_SEPARATOR)) {
                    $group = $name . '\\';
                } else {
                    $this->uses[strtolower(substr('\\' . $name, strrpos('\\' . $name, '\\') + 1))] = $name;
                    $this->note($name, $token->line);
                }
            }
        }
    }

    private function note(string $class, int $line): void
    {
        if (str_starts_with($class, self::TOOL)) {
            $this->names[$class] ??= $line;
        }
    }

    private function resolve(\PhpToken $token): string
    {
        if ($token->is(T_NAME_FULLY_QUALIFIED)) {
            return substr($token->text, 1);
        }
        if ($token->is(T_NAME_RELATIVE)) {
            return ltrim($this->namespace . substr($token->text, strlen('namespace')), '\\');
        }
        $first = strstr($token->text . '\\', '\\', true);
        $alias = $this->uses[strtolower((string) $first)] ?? null;
        if ($alias !== null) {
            return $alias . substr($token->text, strlen((string) $first));
        }

        return ltrim($this->namespace . '\\' . $token->text, '\\');
    }
}
