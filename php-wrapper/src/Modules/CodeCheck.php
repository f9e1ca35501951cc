<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Modules;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Terminal;
use Lockstep\MigrationTool\Upgrade\Run;

/**
 * The user's code that builds on the tool, tried with the old release and with the new one: told is what worked before and works
 * no more.
 *
 * @phpstan-type Finding array{file: string, line: int, kind: string, message: string}
 * @phpstan-import-type Methods from Inspection
 */
final class CodeCheck
{
    /** @var array<string, Finding> "file:line" => the first thing that is wrong there */
    private array $findings = [];

    private function __construct(
        private readonly Run $run,
        private readonly OwnCode $code,
        private readonly Inspection $old,
        private readonly Inspection $new,
    ) {
    }

    /** Tells what no longer fits; with --strict the upgrade ends here. */
    public static function run(Run $run): void
    {
        $code = OwnCode::of($run);
        if ($run->from === '' || $code->isEmpty()) {
            return;
        }
        [$live, $staged] = [$run->shop->root, $run->stage()->composer->project];
        $old = Inspection::of($run, $live, $code->names(), $code->classes($live));
        $new = Inspection::of($run, $staged, $code->names(), $code->classes($staged));
        $run->code = (new self($run, $code, $old, $new))->findings();
        foreach ($run->code as $finding) {
            $run->reporter->warning(self::text($finding));
        }
        if ($run->code !== [] && $run->options->strict) {
            throw new Failure(
                ExitCode::CONFLICT,
                'code',
                sprintf("%d places of your own code do not fit release %s:\n  %s", count($run->code), $run->to, implode("\n  ", array_map(self::text(...), $run->code))),
                'Adjust them, then run the command again; without --strict these are warnings. Nothing was changed.',
            );
        }
    }

    /** @param Finding $finding */
    private static function text(array $finding): string
    {
        return Terminal::safe(sprintf('%s:%d: %s', $finding['file'], $finding['line'], $finding['message']));
    }

    /** @return list<Finding> in order of files and lines */
    private function findings(): array
    {
        foreach ($this->code->sources as $path => $source) {
            $this->gone($path, $source->names);
        }
        foreach ($this->code->xml as $path => $names) {
            $this->gone($path, $names);
        }
        foreach ($this->new->broken as $class => $broken) {
            if (!isset($this->old->broken[$class])) {
                $this->broken($class, $broken);
            }
        }
        foreach ($this->code->sources as $path => $source) {
            foreach ($source->classes as $class) {
                foreach ($class['parents'] as $parent) {
                    $this->compare($path, $class, $parent);
                }
            }
        }
        foreach ($this->code->configs as $path => $config) {
            $this->files($path, $config);
        }
        uasort($this->findings, static fn (array $a, array $b): int => [$a['file'], $a['line']] <=> [$b['file'], $b['line']]);

        return array_values($this->findings);
    }

    private function add(string $file, int $line, string $kind, string $message): void
    {
        $this->findings[$file . ':' . $line] ??= ['file' => $file, 'line' => $line, 'kind' => $kind, 'message' => $message];
    }

    /** @param array<string, int> $names class => line */
    private function gone(string $path, array $names): void
    {
        foreach ($names as $class => $line) {
            if ($this->isGone($class)) {
                $this->add($path, $line, 'class-gone', sprintf('%s is not in release %s any more.', $class, $this->run->to));
            }
        }
    }

    private function isGone(string $class): bool
    {
        return isset($this->old->shapes[$class]) && !isset($this->new->shapes[$class]);
    }

    /** @param array{error: string, file: string, line: int} $broken */
    private function broken(string $class, array $broken): void
    {
        foreach ($this->code->sources as $path => $source) {
            $found = array_column($source->classes, null, 'class')[$class] ?? null;
            if ($found !== null && array_filter($found['parents'], $this->isGone(...)) === []) { // else that has been told
                $at = $this->relative($broken['file']);
                $this->add($at ?? $path, $at === null ? $found['line'] : $broken['line'], 'does-not-load', $this->fault($class, $broken['error']));
            }
            if ($found !== null) {
                return;
            }
        }
        foreach ($this->code->named as $path => $lines) { // of a package
            if (isset($lines[$class])) {
                $this->add($path, $lines[$class], 'does-not-load', $this->fault($class, $broken['error']));
            }
        }
    }

    private function fault(string $class, string $error): string
    {
        return sprintf('%s does not load with release %s: %s', $class, $this->run->to, $error);
    }

    /** A file of the user's own; null for another. */
    private function relative(string $file): ?string
    {
        foreach ([$this->run->shop->root, $this->run->stage()->composer->project] as $root) {
            $path = str_starts_with($file, $root . '/') ? substr($file, strlen($root) + 1) : '';
            if (isset($this->code->sources[$path])) {
                return $path;
            }
        }

        return null;
    }

    /** @param array{class: string, line: int, parents: list<string>, methods: array<string, int>, calls: array<string, int>} $class */
    private function compare(string $path, array $class, string $parent): void
    {
        $old = $this->old->shapes[$parent] ?? null;
        $new = $this->new->shapes[$parent] ?? null;
        if ($old === null || $new === null) {
            return;
        }
        foreach ($class['methods'] + $class['calls'] as $name => $line) {
            $was = $old[$name] ?? null;
            $is = $new[$name] ?? null;
            if ($was === null) {
                continue;
            }
            if ($is === null) {
                $this->add($path, $line, 'method-gone', sprintf('%s has no %s() any more%s.', $parent, $name, isset($class['methods'][$name]) ? ': nothing calls this one' : ''));
            } elseif ($was['key'] !== $is['key']) {
                $this->add($path, $line, $name === '__construct' ? 'constructor-changed' : 'method-changed', sprintf('%s changed %s to %s.', $parent, $was['text'], $is['text']));
            }
        }
    }

    /** Files that a configuration names: where the tool found them before, and finds them no more. */
    private function files(string $path, ToolConfig $config): void
    {
        [$live, $staged, $tool] = [$this->run->shop->root, $this->run->stage()->composer->project, $this->run->shop->toolPath()];
        $after = ToolConfig::read($staged . '/' . $path) ?? $config; // as it is once it is merged
        foreach ($after->files as $option => $file) {
            $was = $config->files[$option] ?? $file;
            if (ModuleFiles::resolve($staged, $tool, $file['value']) === null && ModuleFiles::resolve($live, $tool, $was['value']) !== null) {
                $this->add($path, $was['line'], 'file-missing', sprintf('<%s> names "%s", which is not in release %s any more.', $option, $file['value'], $this->run->to));
            }
        }
    }
}
