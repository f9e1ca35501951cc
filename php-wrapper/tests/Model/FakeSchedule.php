<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Model;

use Magento\Cron\Model\Schedule;

/** A fake of a line in Magento's list of cron jobs, and of its expressions: numbers, *, ranges, steps and lists; what it cannot read is refused as there. */
final class FakeSchedule extends Schedule
{
    /** @var array<string, string> */
    public array $data = [];

    public function setData(array $data): static
    {
        $this->data = $data;

        return $this;
    }

    public function addData(array $data): static
    {
        $this->data = $data + $this->data;

        return $this;
    }

    public function setCronExpr(string $expression): static
    {
        return $this;
    }

    public function matchCronExpression(string $expression, int $number): bool
    {
        foreach (explode(',', $expression) as $one) {
            if (preg_match('~^(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?$~D', $one, $found, PREG_UNMATCHED_AS_NULL) !== 1) {
                throw new \Exception("Invalid cron expression: $expression");
            }
            [$from, $to, $step] = [(int) ($found[1] ?? 0), (int) ($found[2] ?? $found[1] ?? 99), (int) ($found[3] ?? 1)];
            if ($number >= $from && $number <= $to && ($number - $from) % $step === 0) {
                return true;
            }
        }

        return false;
    }
}
