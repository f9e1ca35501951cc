<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Modules;

/** A configuration of the tool, as "bin/magento migrate:data PATH" takes it: its options that name files, and the classes of its steps. */
final class ToolConfig
{
    private const PARTS = ['steps', 'source', 'destination', 'options'];
    private const MAX = 4 << 20;

    /**
     * @param array<string, array{value: string, line: int}> $files   option => path
     * @param list<array{class: string, line: int}>           $classes
     * @param ?string                                         $shipped what the tool calls the configuration for the same edition and version of Magento 1
     */
    private function __construct(
        public readonly array $files,
        public readonly array $classes,
        public readonly ?string $shipped,
    ) {
    }

    /** Null when the file is none of the tool's, or no XML. */
    public static function read(string $file): ?self
    {
        $text = is_file($file) && is_readable($file) && filesize($file) <= self::MAX ? (string) file_get_contents($file) : '';
        if (!str_contains($text, '<steps') || !str_contains($text, '<options')) {
            return null;
        }
        $document = new \DOMDocument();
        $root = @$document->loadXML($text, LIBXML_NONET) && $document->doctype === null ? $document->documentElement : null;
        if ($root === null || $root->localName !== 'config' || array_diff(self::PARTS, self::names($root)) !== []) {
            return null;
        }
        $files = $classes = [];
        $edition = $number = '';
        foreach (self::children($root, 'options') as $option) {
            $value = trim($option->textContent);
            $edition = $option->localName === 'edition_migrate' ? $value : $edition;
            $number = $option->localName === 'edition_number' ? $value : $number;
            if (preg_match('~^[^\s:]+\.(?:xml|dist)$~D', $value) === 1) {
                $number = $number === '' && preg_match('~/(\d+(?:\.\d+)+)/~', $value, $match) === 1 ? $match[1] : $number;
                $files[(string) $option->localName] = ['value' => $value, 'line' => $option->getLineNo()];
            }
        }
        foreach (self::children($root, 'steps') as $step) {
            foreach (self::elements($step) as $stage) {
                $classes[] = ['class' => ltrim(trim($stage->textContent), '\\'), 'line' => $stage->getLineNo()];
            }
        }

        return new self($files, $classes, $edition === '' || $number === '' ? null : sprintf('etc/%s/%s/config.xml.dist', $edition, $number));
    }

    /** @return list<string> */
    private static function names(\DOMElement $root): array
    {
        return array_map(static fn (\DOMElement $element): string => (string) $element->localName, self::elements($root));
    }

    /** @return list<\DOMElement> what stands in the root's elements of that name */
    private static function children(\DOMElement $root, string $name): array
    {
        $children = [];
        foreach (self::elements($root) as $element) {
            $children = [...$children, ...($element->localName === $name ? self::elements($element) : [])];
        }

        return $children;
    }

    /** @return list<\DOMElement> */
    private static function elements(\DOMElement $parent): array
    {
        $elements = [];
        foreach ($parent->childNodes as $child) {
            if ($child instanceof \DOMElement) {
                $elements[] = $child;
            }
        }

        return $elements;
    }
}
