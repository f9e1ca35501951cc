<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Step;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Composer\Releases;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Status\FollowUp;
use Lockstep\MigrationTool\Status\Target;
use Lockstep\MigrationTool\Upgrade\LostOnes;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\Site;

/** Which release it is to be, and by which rule. */
final class Resolve implements Step
{
    public function name(): string
    {
        return 'Resolve';
    }

    public function applies(Run $run): bool
    {
        return true;
    }

    public function run(Run $run): void
    {
        $asked = $run->releases ?? Releases::start($run->shop, Releases::ACT, $run->composer());
        if (!$asked->isRemembered()) {
            Preflight::note($run); // while the repositories answer
        }
        $run->answer = $asked->answer();
        $releases = Releases::versions($run->shop, $run->answer);
        $wanted = $run->options->version;
        $resolved = $this->resolve($run, $releases);
        $run->target = ['version' => $resolved['version'], 'rule' => $resolved['rule'], 'exact' => $resolved['exact'], 'reason' => $resolved['reason']];
        if ($wanted === null && $resolved['version'] === '') {
            throw new Failure(ExitCode::NO_RELEASE, 'no-release', $resolved['reason'], $resolved['candidate'] === '' ? '"migration:tool:releases" lists what the repositories have.' : sprintf('Consent to %s with --nearest.', $resolved['candidate']));
        }
        $branch = $run->shop->installed()->toolBranch();
        if ($wanted === null && $branch !== '') {
            throw new Failure(ExitCode::NO_RELEASE, 'branch', sprintf('The tool is installed from a branch, %s, and not as a release: whether it is to be replaced is yours to say.', $branch), sprintf('Give the version: "migration:tool:upgrade %s". What differs from the commit that Composer installed is carried over.', $resolved['version']));
        }
        if ($wanted !== null && !in_array($wanted, $releases, true)) {
            $run->answer = Releases::start($run->shop, 0, $run->composer())->answer();
            $releases = Releases::versions($run->shop, $run->answer);
            if (!in_array($wanted, $releases, true)) {
                throw new Failure(ExitCode::NO_RELEASE, 'no-release', sprintf('There is no release %s of the tool.', $wanted), 'The repositories have: ' . implode(', ', array_slice($releases, -12)) . '.');
            }
        }
        $run->to = $wanted ?? $resolved['version'];
        $this->checkStrict($run);
        if ($wanted !== null && $wanted !== $resolved['version'] && $resolved['version'] !== '') {
            $run->reporter->warning(sprintf('Magento %s needs the tool %s; %s was asked for.', $run->shop->installed()->magentoVersion(), $resolved['version'], $wanted));
        }
        $run->reporter->line(sprintf('%s → %s (%s: %s)', $run->from === '' ? 'not installed' : $run->from, $run->to, $wanted === null ? $run->target['rule'] : 'asked for', $run->target['reason']));
        $lost = LostOnes::look($run);
        if ($run->from === $run->to && $run->source === null) {
            $run->nothingToDo = true;
            LostOnes::tell($run, $lost);
            $run->followup = FollowUp::of($run->shop);
            if ($run->options->export !== null) {
                $run->reporter->line('Nothing is exported: the tool is at this version already.');
            }

            return;
        }
        if ($run->source === null) {
            LostOnes::tell($run, $lost);
        }
        $this->checkOrder($run);
        Preflight::refuseWarnings($run);
        if ($run->proof === null) {
            Preflight::note($run);
        }
    }

    public function undo(Run $run): void
    {
    }

    /**
     * @param list<string> $releases
     * @return array{version: string, rule: string, exact: bool, candidate: string, reason: string}
     */
    private function resolve(Run $run, array $releases): array
    {
        try {
            return Target::of($run->shop, $releases, $run->options->nearest, $run->options->hotfix);
        } catch (Failure $e) {
            if ($run->options->version === null) {
                throw $e;
            }

            return ['version' => '', 'rule' => 'none', 'exact' => false, 'candidate' => '', 'reason' => $e->getMessage()];
        }
    }

    /** With --strict a version of the user's choice must fit by the rules, too. */
    private function checkStrict(Run $run): void
    {
        if ($run->options->strict && $run->options->version !== null && !Target::of($run->shop, [$run->to])['exact']) {
            throw new Failure(ExitCode::NO_RELEASE, 'no-release', sprintf('The tool %s does not fit Magento %s, and --strict goes only to a release that does.', $run->to, $run->shop->installed()->magentoVersion()), 'Leave the version or --strict out.');
        }
    }

    private function checkOrder(Run $run): void
    {
        try {
            if ($run->from !== '' && Site::compareVersions($run->from, $run->to) > 0) {
                $run->reporter->warning(sprintf('This takes the tool back, from %s to %s.', $run->from, $run->to));
            }
        } catch (CoreException) {
            $run->reporter->warning(sprintf('The installed tool, "%s", is no release.', $run->from));
        }
    }
}
