<?php

namespace Magento\Framework\App;

use Magento\Framework\ObjectManagerInterface;

/** A fake object manager: builds a class by the types of its constructor. */
class ObjectManager implements ObjectManagerInterface
{
    private static ?self $instance = null;

    /** @var array<string, object> */
    private array $shared = [];

    public static function getInstance(): self
    {
        return self::$instance ??= new self();
    }

    public function create($type, array $arguments = [])
    {
        $class = new \ReflectionClass($type);
        $values = [];
        foreach ($class->getConstructor()?->getParameters() ?? [] as $parameter) {
            $kind = $parameter->getType();
            if (array_key_exists($parameter->getName(), $arguments)) {
                $values[] = $arguments[$parameter->getName()];
            } elseif ($kind instanceof \ReflectionNamedType && !$kind->isBuiltin() && !$parameter->isDefaultValueAvailable()) {
                $values[] = $this->get($kind->getName());
            } elseif ($parameter->isDefaultValueAvailable()) {
                $values[] = $parameter->getDefaultValue();
            } else {
                throw new \LogicException("Missing required argument \${$parameter->getName()} of {$type}.");
            }
        }

        return $class->newInstanceArgs($values);
    }

    public function get($type)
    {
        if (ltrim($type, '\\') === ObjectManagerInterface::class) {
            return $this;
        }

        return $this->shared[$type] ??= $this->create($type);
    }
}
