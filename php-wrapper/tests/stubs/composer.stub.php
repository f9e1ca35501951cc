<?php

/** What src/Composer/Inside uses of Composer 2's own classes, for PHPStan alone: Composer is a program here, not a dependency. */

declare(strict_types=1);

namespace Composer\Script {
    abstract class Event
    {
        /** @return list<string> */
        abstract public function getArguments(): array;

        abstract public function getComposer(): \Composer\Composer;
    }
}

namespace Composer {
    abstract class Composer
    {
        abstract public function getRepositoryManager(): Repository\RepositoryManager;
    }
}

namespace Composer\Repository {
    abstract class RepositoryManager
    {
        /** @return list<RepositoryInterface> */
        abstract public function getRepositories(): array;
    }

    interface RepositoryInterface
    {
        public function getRepoName(): string;

        /**
         * @param array<string, null> $packageNameMap
         * @param array<string, int>  $acceptableStabilities
         * @param array<string, int>  $stabilityFlags
         * @return array{namesFound: array<string>, packages: array<\Composer\Package\PackageInterface>}
         */
        public function loadPackages(array $packageNameMap, array $acceptableStabilities, array $stabilityFlags): array;
    }
}

namespace Composer\Package {
    interface PackageInterface
    {
        public function getPrettyVersion(): string;

        public function getDistUrl(): ?string;

        public function getSourceUrl(): ?string;
    }
}
