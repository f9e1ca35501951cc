<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Model;

use Lockstep\MigrationTool\Model\Changed;
use Lockstep\MigrationTool\Model\Message\Backup;
use Lockstep\MigrationTool\Model\Overview;
use Lockstep\MigrationTool\Model\Program;
use Lockstep\MigrationTool\Runs\Run;
use Magento\Config\Model\ResourceModel\Config\Data\Collection;
use Magento\Config\Model\ResourceModel\Config\Data\CollectionFactory;
use Magento\Framework\AuthorizationInterface;
use Magento\Framework\UrlInterface;
use PHPUnit\Framework\TestCase;

final class BackupMessageTest extends TestCase
{
    use Fakes;

    private const HOUR = 3600;

    /** @param ?string $changed when the schedule was stored; null: it is the default, or in env.php */
    private function message(string $schedule, ?Run $last, ?string $changed = null, bool $isAllowed = true, string $enabled = '1'): Backup
    {
        $settings = self::settings(['backup/enabled' => $enabled, 'backup/schedule' => $schedule, 'limits/minutes' => '120']);
        $flags = self::flags();
        $flags->saveFlag('lockstep_summary', ['taken' => '2026-01-01T00:00:00Z', 'status' => []]);
        $flags->saveFlag('lockstep_runs', $last === null ? [] : [$last->toArray()]);
        $times = $changed === null ? [] : [$changed];

        return new Backup(
            new Overview($settings, self::directories('/none'), new Program(), $flags),
            new class () implements UrlInterface {
                public function getUrl(string $route, array $parameters = []): string
                {
                    return 'https://shop.example/"' . $route;
                }
            },
            new class ($isAllowed) implements AuthorizationInterface {
                public function __construct(private readonly bool $isAllowed)
                {
                }

                public function isAllowed(string $resource): bool
                {
                    return $this->isAllowed;
                }
            },
            $settings,
            self::due(),
            new Changed(new class ($times) extends CollectionFactory {
                /** @param list<string> $times */
                public function __construct(private readonly array $times)
                {
                }

                public function create(): Collection
                {
                    return new FakeCollection($this->times);
                }
            }),
        );
    }

    private function backup(int $hoursAgo, int $code = 0): Run
    {
        $time = gmdate('Y-m-d\TH:i:s\Z', time() - $hoursAgo * self::HOUR);

        return Run::fromArray(['id' => '20260101T000000Z-000001', 'job' => 'backup', 'started' => $time, 'ended' => $time, 'exit_code' => $code]) ?? throw new \LogicException();
    }

    /** A schedule of once a day, that many hours ago. */
    private static function daily(int $hoursAgo): string
    {
        return gmdate('i G * * *', time() - $hoursAgo * self::HOUR);
    }

    public function testOneThatWasMadeWhenItWasDue(): void
    {
        self::assertFalse($this->message(self::daily(5), $this->backup(5))->isDisplayed());
    }

    public function testOneThatWasNotMade(): void
    {
        self::assertTrue($this->message(self::daily(5), $this->backup(29))->isDisplayed());
        self::assertTrue($this->message(self::daily(5), null)->isDisplayed());
        self::assertStringContainsString('overdue', $this->message(self::daily(5), null)->getText());
        self::assertStringContainsString('href="https://shop.example/&quot;lockstep/tool/index"', $this->message(self::daily(5), null)->getText());
    }

    public function testOneThatMayStillRun(): void
    {
        self::assertFalse($this->message(self::daily(2), $this->backup(26))->isDisplayed());
    }

    public function testOneThatWasNotWantedYetAtThatTime(): void
    {
        self::assertFalse($this->message(self::daily(5), null, gmdate('Y-m-d H:i:s', time() - self::HOUR))->isDisplayed(), 'enabled an hour ago');
        self::assertTrue($this->message(self::daily(5), null, gmdate('Y-m-d H:i:s', time() - 6 * self::HOUR))->isDisplayed(), 'enabled before it was due');
    }

    public function testOneAWeek(): void
    {
        $weekly = gmdate('i G * * w', time() - 5 * 24 * self::HOUR);
        self::assertFalse($this->message($weekly, $this->backup(5 * 24))->isDisplayed());
        self::assertTrue($this->message($weekly, $this->backup(12 * 24))->isDisplayed());
    }

    public function testOneThatFailed(): void
    {
        self::assertStringContainsString('failed', $this->message(self::daily(5), $this->backup(5, 8))->getText());
        self::assertTrue($this->message(self::daily(5), $this->backup(5, 8), null, true, '0')->isDisplayed(), 'also one that somebody asked for');
    }

    public function testWhoMaySeeNothingIsToldNothing(): void
    {
        self::assertFalse($this->message(self::daily(5), null, null, false)->isDisplayed());
        self::assertFalse($this->message(self::daily(5), null, null, true, '0')->isDisplayed(), 'off');
    }
}
