<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

/** An element of an XML text with its place there: what a person sees who edits the file. */
final class Element
{
    /** @var list<self> */
    public array $children = [];

    public int $end = 0;

    public int $innerEnd = 0;

    /** What it is as Canon has it. */
    public string $canon = '';

    public function __construct(
        public readonly string $text,
        public readonly ?self $parent,
        public readonly string $name,
        public readonly string $attributes,
        public readonly int $start,
        public readonly int $innerStart,
        public readonly bool $empty,
    ) {
    }

    /** The root of a text, with everything below it; the last ones are remembered. */
    public static function root(string $text): ?self
    {
        static $known = [];
        if (!array_key_exists($key = md5($text), $known)) {
            $known = array_slice($known, -200, null, true);
            $known[$key] = self::read($text);
        }

        return $known[$key];
    }

    private static function read(string $text): ?self
    {
        $document = Canon::parse($text);
        if ($document === null || str_contains($text, '<!DOCTYPE')) {
            return null;
        }
        $pattern = '~<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|<(/?)([\w:.-]+)((?:[^<>"\'/]|"[^"]*"|\'[^\']*\')*)(/?)>~s';
        preg_match_all($pattern, $text, $tags, PREG_SET_ORDER | PREG_OFFSET_CAPTURE);
        $root = $open = null;
        $all = $document->getElementsByTagName('*');
        $count = 0;
        foreach ($tags as $tag) {
            if (!isset($tag[2])) {
                continue;
            }
            $behind = $tag[0][1] + strlen($tag[0][0]);
            if ($tag[1][0] === '/') {
                $open->innerEnd = $tag[0][1];
                $open->end = $behind;
                $open = $open->parent;
                continue;
            }
            $element = new self($text, $open, $tag[2][0], $tag[3][0], $tag[0][1], $behind, $tag[4][0] === '/');
            $element->innerEnd = $element->end = $behind;
            $node = $all->item($count++);
            $element->canon = $node === null ? '' : Canon::of($node);
            if ($open !== null) {
                $open->children[] = $element;
            }
            $root ??= $element;
            $open = $element->empty ? $open : $element;
        }

        return $root;
    }

    /** @return list<self> this one and all below it, in their order */
    public function all(): array
    {
        $all = [$this];
        foreach ($this->children as $child) {
            array_push($all, ...$child->all());
        }

        return $all;
    }

    /** The way to it: names, and what tells an element from its siblings. */
    public function path(): string
    {
        $found = preg_match('/\b(mode|title|name)=("[^"]*"|\'[^\']*\')/', $this->attributes, $attribute) === 1;

        return $this->parent?->path() . "/$this->name" . ($found ? "[@$attribute[1]=$attribute[2]]" : '');
    }

    public function outer(): string
    {
        return substr($this->text, $this->start, $this->end - $this->start);
    }

    public function inner(): string
    {
        return substr($this->text, $this->innerStart, $this->innerEnd - $this->innerStart);
    }

    /** The white space that its line begins with. */
    public function indent(): string
    {
        $line = strrpos(substr($this->text, 0, $this->start), "\n");
        $before = substr($this->text, $line === false ? 0 : $line + 1, $this->start - ($line === false ? 0 : $line + 1));

        return trim($before) === '' ? $before : '';
    }

    /** The first below it that holds a value. */
    public function leaf(bool $last = false): ?self
    {
        $leaves = array_values(array_filter($this->all(), static fn (self $one): bool => $one->children === [] && !$one->empty));

        return $leaves === [] ? null : $leaves[$last ? count($leaves) - 1 : 0];
    }
}
