<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** Somebody writes to the site while a restore runs: told, and kept or refused. */
final class RestoreRaceTest extends ShopTestCase
{
    private const DIRECTORY = 'app/code/Some';
    private const FILE = 'app/etc/config.php';

    /** Between the comparison and the swap. */
    public function testAnEditBeforeTheSwapStopsIt(): void
    {
        foreach ([self::DIRECTORY . '/b.php', self::DIRECTORY . '/new.php', self::FILE] as $edited) {
            $shop = $this->differs();
            $result = $this->restoredBeside($shop, 'fsync,syncfs,fdatasync', $shop->path('var/lockstep/stage/*/' . self::FILE), static fn () => $shop->put($edited, 'meanwhile'));
            $this->assertExit(8, $result);
            self::assertSame('changed-meanwhile', $result->json()['error']['code'], $edited);
            self::assertStringContainsString($edited, $result->json()['error']['message']);
            self::assertSame('meanwhile', $shop->get($edited));
            self::assertSame('mine', $shop->get(self::DIRECTORY . '/a.php'), 'nothing was put away');
            $this->assertNoStageLeft($shop);
            $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest'));
            self::assertDirectoryDoesNotExist($shop->path(self::DIRECTORY));
        }
    }

    /** After the last look. */
    public function testAnEditAtTheSwapIsToldAndKept(): void
    {
        foreach ([self::DIRECTORY . '/b.php', self::FILE] as $edited) {
            $shop = $this->differs();
            $result = $this->restoredBeside($shop, 'renameat2', $shop->path('var/lockstep/journal'), static fn () => $shop->put($edited, 'meanwhile'));
            $this->assertExit(0, $result);
            self::assertStringContainsString("\"$edited\" at the very moment", $result->stderr);
            $kept = glob($shop->path("var/lockstep/stage/*/$edited")) ?: [];
            self::assertCount(1, $kept);
            self::assertSame('meanwhile', file_get_contents($kept[0]));
            self::assertFalse(is_file($shop->path($edited)) && $shop->get($edited) === 'meanwhile');
            $this->assertExit(0, $this->magento($shop, 'undo', '--restore'));
            self::assertSame('meanwhile', $shop->get($edited));
        }
    }

    public function testAFileThatStaysIsNobodysBusiness(): void
    {
        $shop = $this->differs();
        $result = $this->restoredBeside($shop, 'renameat2', $shop->path('var/lockstep/journal'), static fn () => $shop->put('composer.json', $shop->get('composer.json') . ' '));
        $this->assertExit(0, $result);
        self::assertStringNotContainsString('at the very moment', $result->stderr);
        self::assertStringEndsWith(' ', $shop->get('composer.json'));
    }

    /** A shop that has a file and a directory which its backup has not so. */
    private function differs(): Site
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'backup', '--code'));
        mkdir($shop->path(self::DIRECTORY), 0755, true);
        foreach (['a', 'b', 'c'] as $name) {
            $shop->put(self::DIRECTORY . "/$name.php", 'mine');
        }
        $shop->put(self::FILE, 'mine');
        usleep(20000);

        return $shop;
    }

    /** A restore that is slow at some system calls; once $sign is there, $edit is done. */
    private function restoredBeside(Site $shop, string $calls, string $sign, callable $edit): Result
    {
        $out = Site::directory('race');
        $command = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', "trace=$calls", '-e', "inject=$calls:delay_enter=300000", ...self::php(), $shop->path('vendor/bin/lockstep'), 'migration:tool:backup:restore', 'latest', '-n', '--format=json'];
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['file', "$out/out", 'w'], ['file', "$out/err", 'w']], $pipes, $shop->root, $this->environment());
        self::assertIsResource($process);
        for ($i = 0; $i < 10000 && glob($sign) === []; $i++) {
            usleep(1000);
        }
        $edit();
        for (; ($status = proc_get_status($process))['running']; $i++) {
            usleep(5000);
        }

        return new Result(implode(' ', $command), $status['exitcode'], (string)file_get_contents("$out/out"), (string)file_get_contents("$out/err"));
    }
}
