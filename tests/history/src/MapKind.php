<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

/** What is added to map files only: ignores, one or a shop's many with comments; and transforms changed or added. */
final class MapKind implements Kind
{
    public const LABELS = [
        'ignore' => 'an ignore added, end of the source\'s block',
        'ignore-field' => 'an ignore of a field added, end of the destination\'s block',
        'many' => '1,300 lines of ignores with comments added, end of both blocks',
        'transform' => 'a transform added, end of the source\'s block',
        'handler' => 'the handler of the first transform changed',
        'param' => 'a parameter of the last transform that has one changed',
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
        $root = preg_match('~/map[^/]*\.xml\.dist$~D', $path) === 1 ? Element::root($base) : null;
        if ($root === null || $root->name !== 'map') {
            return null;
        }

        return match ($this->what) {
            'ignore' => $this->append($root, ['/map/source/document_rules' => self::ignore('document', 'lockstep_own')]),
            'ignore-field' => $this->append($root, ['/map/destination/field_rules' => self::ignore('field', 'lockstep_own.field')]),
            'many' => $this->append($root, ['/map/source/document_rules' => self::many('document', 217), '/map/source/field_rules' => self::many('field', 216)]),
            'transform' => $this->append($root, ['/map/source/field_rules' => "<transform>\n    <field>lockstep_own.field</field>\n    <handler class=\"Vendor\\Shop\\Handler\\Own\" />\n</transform>"]),
            default => $this->transform($root),
        };
    }

    /** Ignores as agencies leave them: a comment before each dozen, one more at the end. */
    public static function many(string $of, int $count): string
    {
        $lines = ["<!-- Shop of an agency, $of: begin -->"];
        for ($i = 0; $i < $count; $i++) {
            $lines[] = ($i % 12 === 0 ? "<!-- module " . intdiv($i, 12) . " -->\n" : '') . self::ignore($of, $of === 'document' ? "own_table_$i" : "own_table_$i.column");
        }

        return implode("\n", [...$lines, "<!-- Shop of an agency, $of: end -->"]);
    }

    private static function ignore(string $of, string $name): string
    {
        return "<ignore>\n    <$of>$name</$of>\n</ignore>";
    }

    /** @param array<string, string> $pieces what comes to the end of which block */
    private function append(Element $root, array $pieces): ?Edit
    {
        $splices = $claims = [];
        foreach ($root->all() as $block) {
            $xml = $pieces[$block->path()] ?? null;
            $last = $block->children === [] ? null : $block->children[count($block->children) - 1];
            if ($xml === null || $last === null) {
                continue;
            }
            $newline = str_contains($root->text, "\r\n") ? "\r\n" : "\n";
            $splices[$last->end] = [0, $newline . $last->indent() . str_replace("\n", $newline . $last->indent(), $xml)];
            $claims[] = new Added($block->path(), $xml, array_map(static fn (Element $one): string => $one->canon, $block->children), []);
        }

        return $claims === [] ? null : new Edit(Edit::splice($root->text, $splices), $claims);
    }

    private function transform(Element $root): ?Edit
    {
        $counts = array_count_values(array_map(static fn (Element $one): string => $one->parent?->path() . $one->canon, $root->all()));
        $pattern = $this->what === 'handler' ? '/(<handler\b[^>]*class=")[^"]*/' : '/(<param\b[^>]*value=")[^"]*/';
        $transforms = array_filter($root->all(), static fn (Element $one): bool => $one->name === 'transform' && $one->parent !== null
            && preg_match($pattern, $one->outer()) === 1 && $counts[$one->parent->path() . $one->canon] === 1);
        $transform = $this->what === 'handler' ? reset($transforms) : end($transforms);
        if ($transform === false || $transform->parent === null) {
            return null;
        }
        $xml = (string) preg_replace($pattern, '${1}' . ($this->what === 'handler' ? 'Vendor\Shop\Handler\Own' : 'lockstep/changed'), $transform->outer(), 1);

        return new Edit(
            Edit::splice($root->text, [$transform->start => [$transform->end - $transform->start, $xml]]),
            [new Replaced($transform->parent->path(), $transform->canon, $xml)],
        );
    }
}
