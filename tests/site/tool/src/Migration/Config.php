<?php

namespace Migration;

/** The main configuration file. */
class Config
{
    private \SimpleXMLElement $xml;

    public function __construct(string $file)
    {
        $xml = is_readable($file) ? simplexml_load_file($file) : false;
        if ($xml === false) {
            throw new \InvalidArgumentException("Invalid config filename: {$file}");
        }
        $this->xml = $xml;
    }

    /** @return array<string, array<string, class-string>> */
    public function steps(string $mode): array
    {
        $steps = [];
        foreach ($this->xml->xpath("steps[@mode='{$mode}']/step") as $step) {
            foreach ($step->children() as $kind => $class) {
                $steps[(string)$step['title']][$kind] = (string)$class;
            }
        }

        return $steps;
    }

    public function option(string $name): string
    {
        return (string)($this->xml->options->{$name} ?? '');
    }
}
