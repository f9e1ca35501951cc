<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

use Lockstep\MigrationTool\Secrets;
use Lockstep\MigrationTool\Terminal;

/** What Composer said when it failed: the part that tells, and the next step for what is met most often. */
final class ComposerError
{
    private const LINES = 25;
    private const WRONG_HASH = '~checksum verification of the file failed~i';
    /** pattern => [code, hint] */
    private const KNOWN = [
        self::WRONG_HASH => ['checksum', 'The archive is not the one that the repository describes: its server, a mirror or somebody between has another one. Do not install it; tell whoever runs the repository.'],
        '~HTTP\S* 40[13]|\b40[13] (?:Unauthorized|Forbidden)|Invalid credentials|could not be downloaded.*40[13]|Could not authenticate|Username:~i' => ['credentials', 'Composer has no valid credentials for the repository: see "composer config --list" for http-basic.repo.magento.com, and auth.json in the Magento root or in COMPOSER_HOME.'],
        '~security advisor|blocked by .*polic~i' => ['advisories', 'Composer refuses packages with security advisories. To install them all the same, set COMPOSER_NO_SECURITY_BLOCKING=1 (from Composer 2.10 on COMPOSER_NO_BLOCKING=1) and run it again.'],
        '~but (?:these were not loaded|.* does not match the constraint|.*rejected by your constraint)|Your requirements could not be resolved|conflicts? with~i' => ['conflict', 'Composer cannot install this release beside the packages of the shop. With --with-dependencies it may change other packages too, and tells which.'],
        '~Could not find (?:a version of )?package|Could not find a matching version|Package "?\S+"? (?:was )?not found|not found in any~i' => ['not-found', 'See "repositories" in composer.json; Magento\'s own is https://repo.magento.com/.'],
        '~curl error|Could not resolve host|Failed to connect|Connection refused|timed out|SSL|network~i' => ['network', 'A repository could not be reached. Try again, or work from Composer\'s cache.'],
        '~Allowed memory size|out of memory|proc_open\(\): fork failed~i' => ['memory', 'Composer ran out of memory: give the machine more, or swap.'],
        '~No space left|Disk quota~i' => ['no-space', 'Free some space.'],
        '~requires? (?:php|ext-)[^\n]*(?:your php version|is missing from your system|it is missing)~i' => ['platform', 'The PHP that runs Composer lacks what the release asks for; give another one with --php=PATH.'],
        '~allow-plugins|blocked by your allow-plugins~i' => ['plugin', 'A Composer plugin is not trusted: decide on it in config.allow-plugins of composer.json.'],
        '~Permission denied|Read-only file system|Operation not permitted~i' => ['fence', 'Something that Composer ran (a plugin?) tried to write outside the stage, which was prevented; -v shows Composer\'s output.'],
    ];

    private function __construct(
        public readonly string $code,
        public readonly string $message,
        public readonly string $hint,
    ) {
    }

    /** @param ?Repositories $repositories whose name is told when a repository could not be asked */
    public static function of(string $output, ?Repositories $repositories = null): self
    {
        $text = self::telling($output);
        foreach (self::KNOWN as $pattern => [$code, $hint]) {
            if (preg_match($pattern, $text) === 1) {
                $name = in_array($code, ['credentials', 'network', 'checksum'], true) ? $repositories?->nameIn($text) ?? '' : '';
                $text = $name === '' ? $text : sprintf("The repository \"%s\" of composer.json:\n%s", $name, $text);

                return new self($code, $text, $hint);
            }
        }

        return new self('composer', $text, 'Run it again with -v to see all of Composer\'s output.');
    }

    public static function isWrongHash(string $output): bool
    {
        return preg_match(self::WRONG_HASH, $output) === 1;
    }

    /** The last lines without progress, colours, secrets and Composer's list of options. */
    private static function telling(string $output): string
    {
        $output = (string) preg_replace('/\x1b\[[0-9;]*[A-Za-z]|[\x08\r]/', '', $output);
        $output = Secrets::maskAddresses($output);
        $lines = array_filter(
            array_map('rtrim', explode("\n", $output)),
            static fn (string $line): bool => trim($line) !== '' && preg_match('~^\s*(?:\[?-\S.*\]|(?:require|install|update|reinstall|run-script) \[|Loading composer|Updating dependencies|Running composer update|Generating|\./composer\.json has been|.*composer\.json.*(?:reverting|reverted))~', $line) !== 1,
        );

        return trim(implode("\n", array_map(Terminal::safe(...), array_slice($lines, -self::LINES))));
    }
}
