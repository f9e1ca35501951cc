<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Block\Adminhtml;

use Lockstep\MigrationTool\Model\Overview;
use Lockstep\MigrationTool\Model\Requests;
use Lockstep\MigrationTool\Model\Settings;
use Lockstep\MigrationTool\Runs\Outcome;
use Lockstep\MigrationTool\Runs\Run;
use Lockstep\MigrationTool\Terminal;
use Magento\Backend\Block\Template;
use Magento\Framework\Phrase;

/** What the page "Data Migration Tool" shows. */
class Tool extends Template
{
    private const KINDS = ['modified', 'added', 'deleted', 'lost'];

    /** @param array<string, mixed> $data */
    public function __construct(
        Template\Context $context,
        private readonly Overview $overview,
        private readonly Requests $requests,
        private readonly Settings $settings,
        array $data = [],
    ) {
        parent::__construct($context, $data);
    }

    public function isKnown(): bool
    {
        return $this->overview->status() !== [];
    }

    public function taken(): string
    {
        return $this->time($this->overview->taken());
    }

    /** Why nothing newer is known; empty: it is. */
    public function problem(): string
    {
        return $this->overview->problem();
    }

    /** A value of `status`, "tool.version" for instance; empty when it is not known. */
    public function value(string $path): string
    {
        $value = $this->overview->status();
        foreach (explode('.', $path) as $key) {
            $value = is_array($value) ? ($value[$key] ?? null) : null;
        }

        return is_scalar($value) ? (is_bool($value) ? ($value ? 'yes' : '') : (string) $value) : '';
    }

    public function hasTool(): bool
    {
        return $this->value('tool.installed') !== '';
    }

    public function matches(): bool
    {
        return $this->value('match') !== '';
    }

    /** @return array<string, list<string>> paths by kind of customization */
    public function customizations(): array
    {
        $all = $this->overview->status()['customizations'] ?? null;
        $found = [];
        foreach (self::KINDS as $kind) {
            $paths = is_array($all) && is_array($all[$kind] ?? null) ? array_values(array_filter($all[$kind], 'is_string')) : [];
            if ($paths !== []) {
                $found[$kind] = $paths;
            }
        }

        return $found;
    }

    public function kind(string $kind): Phrase
    {
        return match ($kind) {
            'modified' => __('Modified'),
            'added' => __('Added'),
            'deleted' => __('Deleted'),
            default => __('Lost'),
        };
    }

    /** Empty: it is too long to be shown here; null: there is none. */
    public function diff(string $path): ?string
    {
        return $this->overview->diffs()[$path] ?? null;
    }

    /** @return list<string> what is left to do, in words */
    public function followUp(): array
    {
        $status = $this->overview->status();
        $left = [];
        foreach (['followup', 'reminders'] as $key) {
            foreach (is_array($status[$key] ?? null) ? $status[$key] : [] as $item) {
                $text = is_array($item) ? ($item['message'] ?? $item['command'] ?? null) : $item;
                if (is_string($text)) {
                    $left[] = $text;
                }
            }
        }

        return $left;
    }

    /** @return list<Run> newest first */
    public function runs(): array
    {
        return $this->overview->runs();
    }

    public function job(Run $run): Phrase
    {
        return match ($run->job) {
            'check' => __('Check'),
            'backup' => __('Backup'),
            'prune' => __('Prune'),
            'upgrade' => __('Upgrade'),
            'copy' => __('Off-machine copy'),
            'prune_copies' => __('Prune copies'),
            default => __('Other'),
        };
    }

    public function trigger(Run $run): Phrase|string
    {
        return match ($run->trigger) {
            'schedule' => __('Schedule'),
            'request' => __('Administrator'),
            default => $run->trigger,
        };
    }

    public function outcome(Run $run): Phrase
    {
        return match ($run->outcome()) {
            Outcome::Running => __('Running'),
            Outcome::Done => __('Done'),
            Outcome::ActionRequired => __('Action required'),
            Outcome::Refused => __('Refused, nothing changed'),
            Outcome::Busy => __('Another run was at work'),
            Outcome::Failed => __('Failed'),
            Outcome::Died => __('Died'),
        };
    }

    /** Magento's own classes of cron's and the indexers' lists. */
    public function severity(Run $run): string
    {
        return match ($run->outcome()) {
            Outcome::Done, Outcome::Running => 'notice',
            Outcome::ActionRequired, Outcome::Refused, Outcome::Busy => 'minor',
            default => 'critical',
        };
    }

    /** @return list<array{id: string, created: string, state: string, bytes: int, verified: string, parts: array<string, int>}> newest first */
    public function backups(): array
    {
        return array_map(static function (array $set): array {
            $parts = [];
            foreach (is_array($set['parts'] ?? null) ? $set['parts'] : [] as $part) {
                if (is_array($part) && is_string($part['name'] ?? null)) {
                    $parts[$part['name']] = is_int($part['stored_bytes'] ?? null) ? $part['stored_bytes'] : 0;
                }
            }
            $text = static fn (mixed $value): string => is_string($value) ? $value : '';
            $verified = $set['verified'] ?? null;

            return [
                'id' => $text($set['id'] ?? null),
                'created' => $text($set['created'] ?? null),
                'state' => trim($text($set['state'] ?? null) . ' ' . $text($set['problem'] ?? null)),
                'bytes' => is_int($set['bytes'] ?? null) ? $set['bytes'] : 0,
                'verified' => $text(is_array($verified) ? ($verified['time'] ?? null) : $verified),
                'parts' => $parts,
            ];
        }, $this->overview->backups());
    }

    public function size(int $bytes): string
    {
        return Terminal::bytes($bytes);
    }

    /** In the administrator's time zone and language. */
    public function time(string $rfc3339): string
    {
        return $rfc3339 === '' ? '' : $this->formatDate($rfc3339, \IntlDateFormatter::MEDIUM, true);
    }

    public function waits(string $job): bool
    {
        return $this->requests->waits($job);
    }

    public function isAllowed(string $resource): bool
    {
        return $this->_authorization->isAllowed('Lockstep_MigrationTool::' . $resource);
    }

    public function offersDownload(): bool
    {
        return $this->settings->flag('download/enabled') && $this->isAllowed('download');
    }
}
