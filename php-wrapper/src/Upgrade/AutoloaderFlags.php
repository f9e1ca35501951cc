<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Shop\Shop;

/** How the live autoloader was generated: Composer keeps none of this anywhere, and a plain run would lose it. */
final class AutoloaderFlags
{
    private function __construct(
        public readonly bool $optimized,
        public readonly bool $authoritative,
        public readonly ?string $apcuPrefix,
    ) {
    }

    public static function of(Shop $shop): self
    {
        $directory = $shop->path($shop->vendor . '/composer/');
        $real = is_file($directory . 'autoload_real.php') ? (string) file_get_contents($directory . 'autoload_real.php') : '';
        $apcu = preg_match("/->setApcuPrefix\('((?:[^'\\\\]|\\\\.)*)'\)/", $real, $match) === 1 ? stripslashes($match[1]) : null;
        $authoritative = str_contains($real, '->setClassMapAuthoritative(true)');

        return new self($authoritative || self::isOptimized($shop), $authoritative, $apcu);
    }

    /**
     * Options of "composer install" in the stage; an optimized class map is made from the live one (OptimizedAutoloader).
     *
     * @return list<string>
     */
    public function arguments(): array
    {
        return $this->apcuPrefix !== null ? ['--apcu-autoloader-prefix=' . $this->apcuPrefix] : [];
    }

    /** For a person: makes the same autoloader anew in the live tree. */
    public function command(): string
    {
        return 'composer dump-autoload' . ($this->authoritative ? ' --classmap-authoritative' : ($this->optimized ? ' --optimize' : '')) . ($this->apcuPrefix !== null ? ' --apcu --apcu-prefix=' . escapeshellarg($this->apcuPrefix) : '');
    }

    /**
     * A plain class map holds what packages list under "classmap", and nothing else; an optimized one also what PSR-4 would find.
     * One class of the second sort that no package lists decides it, whatever their shares.
     */
    private static function isOptimized(Shop $shop): bool
    {
        $directory = $shop->path($shop->vendor . '/composer');
        $prefixes = self::arrayOf($directory . '/autoload_psr4.php');
        $listed = ListedClasses::of($shop);
        foreach (self::arrayOf($directory . '/autoload_classmap.php') as $class => $file) {
            if (is_string($file) && !$listed->has($file) && self::isPsr4((string) $class, $file, $prefixes)) {
                return true;
            }
        }

        return false;
    }

    /** @param array<mixed> $prefixes */
    private static function isPsr4(string $class, string $file, array $prefixes): bool
    {
        $prefix = $class;
        while (($end = strrpos($prefix, '\\')) !== false) {
            $prefix = substr($prefix, 0, $end);
            foreach (is_array($prefixes[$prefix . '\\'] ?? null) ? $prefixes[$prefix . '\\'] : [] as $directory) {
                if (is_string($directory) && $file === $directory . '/' . strtr(substr($class, $end + 1), '\\', '/') . '.php') {
                    return true;
                }
            }
        }

        return false;
    }

    /** @return array<mixed> */
    private static function arrayOf(string $file): array
    {
        $array = is_file($file) ? include $file : [];

        return is_array($array) ? $array : [];
    }
}
