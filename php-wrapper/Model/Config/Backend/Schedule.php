<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model\Config\Backend;

use Lockstep\MigrationTool\Model\Due;
use Magento\Cron\Model\ScheduleFactory;
use Magento\Framework\App\Cache\TypeListInterface;
use Magento\Framework\App\Config\ScopeConfigInterface;
use Magento\Framework\Data\Collection\AbstractDb;
use Magento\Framework\Exception\LocalizedException;
use Magento\Framework\Model\Context;
use Magento\Framework\Model\ResourceModel\AbstractResource;
use Magento\Framework\Registry;

/**
 * A cron expression, tried with Magento's own reader before it is stored: a wrong one would stop the whole group. Magento
 * counts Sunday as 0 alone.
 */
class Schedule extends Text
{
    /** Largest number in each field: minute, hour, day, month, weekday. */
    private const LARGEST = [59, 23, 31, 12, 6];

    /** @param array<string, mixed> $data */
    public function __construct(
        Context $context,
        Registry $registry,
        ScopeConfigInterface $config,
        TypeListInterface $cacheTypeList,
        private readonly ScheduleFactory $schedules,
        private readonly Due $due,
        ?AbstractResource $resource = null,
        ?AbstractDb $resourceCollection = null,
        array $data = [],
    ) {
        parent::__construct($context, $registry, $config, $cacheTypeList, $resource, $resourceCollection, $data);
    }

    public function beforeSave()
    {
        $expression = $this->text();
        try {
            $this->check($expression);
        } catch (\Throwable $e) { // a step of 0, too, which is a division by it
            throw new LocalizedException(__('"%1" is no schedule (%2). An example: 15 4 * * * is every night at 4:15.', $expression, $e->getMessage()));
        }
        $this->setValue($expression);

        return parent::beforeSave();
    }
    /** @throws \Throwable Magento could not read it, or would never run it */
    private function check(string $expression): void
    {
        $fields = preg_split('/\s+/', $expression) ?: [];
        if (count($fields) !== 5) {
            throw new LocalizedException(__('five fields are needed'));
        }
        $schedule = $this->schedules->create()->setCronExpr($expression);
        foreach ($fields as $i => $field) {
            $schedule->matchCronExpression($field, 1);
            preg_match_all('/(?<![\d\/])\d+/', $field, $numbers);
            if (max([0, ...array_map('intval', $numbers[0])]) > self::LARGEST[$i]) {
                throw new LocalizedException(__('%1 is more than %2', $field, self::LARGEST[$i]));
            }
        }
        if ($this->due->latest($expression, time()) === null) {
            throw new LocalizedException(__('no day of a year has such a time'));
        }
    }
}
