<?php

/** @generate-class-entries */

namespace Lockstep;

/** What is installed in a shop, and which release of the tool it needs. */
final class Site
{
    /**
     * Reads composer.json, composer.lock and installed.json below $root.
     *
     * @param string $vendor vendor directory, relative to $root
     * @return array{magento: array{edition: string, version: string, source: string}, tool: array{installed: bool, version: string, path: string, constraint: string, section: string}, dev_installed: bool, packages: list<array{name: string, version: string, type: string, path: ?string, reference: string, dist_type: string, dist_url: string, dist_shasum: string, dev: bool, installed: bool, locked: bool}>}
     * @throws CoreException
     */
    public static function read(string $root, string $vendor = "vendor"): array {}

    /**
     * Packages that differ between two lock files, given by their absolute paths.
     *
     * @return list<array{name: string, from: string, to: string, reference_only: bool, type: string, path_package: bool}>
     * @throws CoreException
     */
    public static function compareLocks(string $before, string $after): array {}

    /**
     * Exact released versions in the output of `composer show --all --format=json`, ascending.
     *
     * @return list<string>
     * @throws CoreException
     */
    public static function parseReleases(string $json): array {}

    /**
     * Which of the releases Magento $magento needs.
     *
     * @phpstan-param list<string> $releases
     * @return array{version: string, rule: string, exact: bool, candidate: string, reason: string} rule: exact, hotfix, patch-release, nearest, none
     * @throws CoreException
     */
    public static function resolve(string $magento, array $releases, bool $nearest = false, bool $hotfix = true): array {}

    /** Is $version an exact version ("2.4.6", "2.4.6.1", "2.4.6-p3")? Throws with the reason when not; returns it without "v". */
    public static function checkVersion(string $version): string {}

    /** <0, 0 or >0, as the order of the two exact versions. */
    public static function compareVersions(string $left, string $right): int {}
}
