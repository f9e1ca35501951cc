<?php

namespace Magento\Framework\App;

use Magento\Framework\Lock\FakeLock;
use Magento\Framework\Lock\LockManagerInterface;
use Magento\Framework\ObjectManagerInterface;

/** A fake object manager: builds a class by the types of its constructor; knows one preference. */
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
        if (ltrim($type, '\\') === LockManagerInterface::class) {
            $config = $this->get(DeploymentConfig::class);

            return $this->shared[$type] ??= new FakeLock((string)$config->get('lock/config/path'), $config->get('lock/config/loses'));
        }

        return $this->shared[$type] ??= $this->create($type);
    }
}
