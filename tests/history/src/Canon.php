<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

use DOMDocument;
use DOMDocumentFragment;
use DOMElement;
use DOMNode;
use DOMXPath;
use RuntimeException;

/** XML as it counts: elements, attributes in any order, texts and comments without the white space around, all in their order. */
final class Canon
{
    public static function parse(string $text): ?DOMDocument
    {
        $document = new DOMDocument();

        return @$document->loadXML($text, LIBXML_NONET) ? $document : null;
    }

    public static function of(DOMNode $node): string
    {
        if ($node instanceof DOMElement) {
            $attributes = [];
            foreach ($node->attributes as $attribute) {
                $attributes[] = " $attribute->nodeName=\"" . htmlspecialchars(self::words((string) $attribute->nodeValue)) . '"';
            }
            if ($node->parentNode instanceof DOMDocument) {
                foreach ((new DOMXPath($node->parentNode))->query('namespace::*', $node) ?: [] as $space) {
                    $attributes[] = " $space->nodeName=\"$space->nodeValue\"";
                }
            }
            sort($attributes);

            return "<$node->nodeName" . implode('', $attributes) . '>' . self::inside($node) . "</$node->nodeName>";
        }

        return match ($node->nodeType) {
            XML_COMMENT_NODE => '<!--' . str_replace(' />', '/>', self::words((string) $node->nodeValue)) . '-->', /* a rule in it is a rule's text */
            XML_DOCUMENT_NODE => self::inside($node),
            XML_PI_NODE => "<?$node->nodeName " . self::words((string) $node->nodeValue) . '?>',
            default => htmlspecialchars(self::words((string) $node->nodeValue)),
        };
    }

    /** @return list<DOMNode> the children that are more than white space */
    public static function children(DOMNode $parent): array
    {
        $children = [];
        foreach ($parent->childNodes as $child) {
            if (!in_array($child->nodeType, [XML_TEXT_NODE, XML_CDATA_SECTION_NODE], true) || self::words((string) $child->nodeValue) !== '') {
                $children[] = $child;
            }
        }

        return $children;
    }

    /** A piece of XML, made for the document. */
    public static function fragment(DOMDocument $document, string $xml): DOMDocumentFragment
    {
        $fragment = $document->createDocumentFragment();
        if (!$fragment->appendXML($xml)) {
            throw new RuntimeException("no XML: $xml");
        }

        return $fragment;
    }

    public static function find(DOMDocument $document, string $path): ?DOMElement
    {
        $found = (new DOMXPath($document))->query($path);

        return $found !== false && $found->length === 1 && $found->item(0) instanceof DOMElement ? $found->item(0) : null;
    }

    public static function words(string $text): string
    {
        return trim((string) preg_replace('/\s+/', ' ', $text));
    }

    private static function inside(DOMNode $node): string
    {
        return implode('', array_map(self::of(...), self::children($node)));
    }
}
