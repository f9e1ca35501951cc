<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

/** What shops set in config.xml. */
final class ConfigKind implements Kind
{
    public const LABELS = [
        'database' => 'config.xml: host, name, user and password of both databases',
        'copies' => 'config.xml: all options led to the copies',
        'options' => 'config.xml: crypt key, log file and bulk size',
        'step' => 'config.xml: a step added, end of the data mode',
        'middle-step' => 'config.xml: a step added, middle of the data mode',
        'no-step' => 'config.xml: a step removed',
        'class' => 'config.xml: a step\'s class replaced',
        'option' => 'config.xml: an option added',
        'all' => 'config.xml: databases, options and a step at once',
    ];

    public function __construct(private readonly string $what)
    {
    }

    public function label(): string
    {
        return self::LABELS[$this->what];
    }

    public function make(string $path, string $base, string $theirs): ?Edit
    {
        $root = basename($path) === 'config.xml.dist' ? Element::root($base) : null;
        $elements = [];
        foreach ($root?->all() ?? [] as $element) {
            $elements[$element->path()] = $element;
        }
        $splices = $claims = [];
        foreach ($this->what === 'all' ? ['database', 'copies', 'options', 'step'] : [$this->what] as $part) {
            $this->part($part, $elements, $splices, $claims);
        }

        return $claims === [] ? null : new Edit(Edit::splice($base, $splices), $claims);
    }

    /**
     * @param array<string, Element> $elements by path
     * @param array<int, array{int, string}> $splices
     * @param list<Claim> $claims
     */
    private function part(string $part, array $elements, array &$splices, array &$claims): void
    {
        $steps = $elements['/config/steps[@mode="data"]'] ?? null;
        $count = count($steps?->children ?? []);
        if ($part === 'database') {
            foreach (['source', 'destination'] as $side) {
                $this->database($elements["/config/$side/database[@name=\"magento" . ($side === 'source' ? 1 : 2) . '"]'] ?? null, $side, $splices, $claims);
            }
        } elseif ($part === 'copies') {
            foreach ($elements as $element) {
                if ($element->parent?->name === 'options' && str_ends_with($element->inner(), '.xml.dist')) {
                    $this->value($element, substr(trim($element->inner()), 0, -5), $splices, $claims);
                }
            }
        } elseif ($part === 'options') {
            foreach (['crypt_key' => '0123456789abcdef0123456789abcdef', 'log_file' => 'var/log/migration.log', 'bulk_size' => '100'] as $name => $value) {
                $this->value($elements["/config/options/$name"] ?? null, $value, $splices, $claims);
            }
        } elseif ($part === 'option' && isset($elements['/config/options'])) {
            $this->insert($elements['/config/options'], count($elements['/config/options']->children), '<lockstep_own>1</lockstep_own>', $splices, $claims);
        } elseif ($steps !== null && in_array($part, ['step', 'middle-step'], true)) {
            $this->insert($steps, $part === 'step' ? $count : intdiv($count, 2), "<step title=\"Own Step\">\n    <data>Vendor\\Shop\\Step\\Own</data>\n</step>", $splices, $claims);
        } elseif ($steps !== null) {
            $step = $steps->children[$part === 'no-step' ? intdiv($count, 2) : 1];
            $xml = $part === 'no-step' ? '' : str_replace('<data>Migration', '<data>Vendor\Shop', $step->outer());
            $start = $xml === '' ? strlen(rtrim(substr($step->text, 0, $step->start))) : $step->start;
            $splices[$start] = [$step->end - $start, $xml];
            $claims[] = new Replaced($steps->path(), $step->canon, $xml);
        }
    }

    /**
     * @param array<int, array{int, string}> $splices
     * @param list<Claim> $claims
     */
    private function insert(Element $parent, int $at, string $xml, array &$splices, array &$claims): void
    {
        $like = $parent->children[$at - 1];
        $canons = array_map(static fn (Element $one): string => $one->canon, $parent->children);
        $splices[$like->end] = [0, ($splices[$like->end][1] ?? '') . "\n" . $like->indent() . str_replace("\n", "\n" . $like->indent(), $xml)];
        $claims[] = new Added($parent->path(), $xml, array_slice($canons, 0, $at), array_slice($canons, $at));
    }

    /**
     * @param array<int, array{int, string}> $splices
     * @param list<Claim> $claims
     */
    private function database(?Element $database, string $side, array &$splices, array &$claims): void
    {
        if ($database === null) {
            return;
        }
        $new = ['host' => 'db.example.com', 'name' => "shop_$side", 'user' => 'shop', 'password' => 'sec&lt;ret'];
        $tag = $database->outer();
        $old = [];
        foreach ($new as $name => $value) {
            $old[$name] = preg_match("/\\b$name=\"([^\"]*)\"/", $tag, $found) === 1 ? $found[1] : null;
            $tag = $old[$name] === null ? (string) preg_replace('~\s*/>~', " $name=\"$value\"/>", $tag) : str_replace("$name=\"$old[$name]\"", "$name=\"$value\"", $tag);
        }
        $splices[$database->start] = [$database->end - $database->start, $tag];
        $claims[] = new AttributesSet("/config/$side/database", $old, ['password' => 'sec<ret'] + $new);
    }

    /**
     * @param array<int, array{int, string}> $splices
     * @param list<Claim> $claims
     */
    private function value(?Element $element, string $new, array &$splices, array &$claims): void
    {
        if ($element === null) {
            return;
        }
        $splices[$element->start] = [$element->end - $element->start, "<$element->name>$new</$element->name>"];
        $claims[] = new ValueSet($element->path(), $element->empty ? '' : trim($element->inner()), $new);
    }
}
