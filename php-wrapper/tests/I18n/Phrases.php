<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\I18n;

/** The words that Magento translates: __() of PHP and templates, $t() of JavaScript, {{trans}} of mails, translate="…" of XML. */
final class Phrases
{
    /** @return list<string> sorted, each once */
    public static function of(string $package): array
    {
        $found = [];
        foreach (['Block', 'Controller', 'Cron', 'Model', 'Setup', 'etc', 'view'] as $part) {
            /** @var \SplFileInfo $file */
            foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($package . '/' . $part, \FilesystemIterator::SKIP_DOTS)) as $file) {
                $text = (string) file_get_contents($file->getPathname());
                $found = [...$found, ...match ($file->getExtension()) {
                    'php', 'phtml' => self::php($text),
                    'js' => self::matches('~\$t\(\'((?:[^\'\\\\]|\\\\.)*)\'~', $text),
                    'html' => self::matches('~{{trans "((?:[^"\\\\]|\\\\.)*)"~', $text),
                    'xml' => self::xml($text),
                    default => [],
                }];
            }
        }
        $found = array_values(array_unique($found));
        sort($found, SORT_STRING);

        return $found;
    }

    /** @param list<string> $phrases */
    public static function csv(array $phrases): string
    {
        return implode('', array_map(static fn (string $phrase): string => sprintf("%1\$s,%1\$s\n", '"' . str_replace('"', '""', $phrase) . '"'), $phrases));
    }

    /** @return list<string> */
    private static function php(string $text): array
    {
        $tokens = array_values(array_filter(\PhpToken::tokenize($text), static fn (\PhpToken $token): bool => !$token->isIgnorable()));
        $found = [];
        foreach ($tokens as $i => $token) {
            if ($token->is('__') && ($tokens[$i + 1] ?? null)?->is('(') === true) {
                $string = $tokens[$i + 2];
                if (!$string->is(T_CONSTANT_ENCAPSED_STRING) || $string->text[0] !== "'") {
                    throw new \LogicException("What __() translates is no plain string: $string->text");
                }
                $found[] = stripslashes(substr($string->text, 1, -1));
            }
        }

        return $found;
    }

    /** @return list<string> */
    private static function matches(string $pattern, string $text): array
    {
        preg_match_all($pattern, $text, $matches);

        return array_map('stripslashes', $matches[1]);
    }

    /** @return list<string> */
    private static function xml(string $text): array
    {
        $document = new \DOMDocument();
        $document->loadXML($text);
        $found = [];
        /** @var \DOMElement $element */
        foreach ((new \DOMXPath($document))->query('//*[@translate]') ?: [] as $element) {
            foreach (explode(' ', $element->getAttribute('translate')) as $name) {
                if ($element->hasAttribute($name)) {
                    $found[] = $element->getAttribute($name);
                }
                foreach ($element->childNodes as $child) {
                    if ($child->nodeName === $name) {
                        $found[] = $child->textContent;
                    }
                }
            }
        }

        return $found;
    }
}
