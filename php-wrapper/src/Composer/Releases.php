<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;

/** The released versions of the tool, as the shop's own Composer repositories tell them; an answer is remembered for a while. */
final class Releases
{
    /** Seconds for which an answer is good enough to tell about; to act on it, it must be fresher. */
    public const TELL = 86400;
    public const ACT = 600;
    /** Asks every repository of the shop for each package that Composer installs. */
    private const AUDITOR = 'magento/composer-dependency-version-audit-plugin';

    private function __construct(
        private readonly Shop $shop,
        private readonly Cache $cache,
        private readonly string $key,
        private readonly ?Answer $known,
        private readonly ?Question $question,
    ) {
    }

    /** @param int $age seconds that a remembered answer may be old; 0 to ask anew */
    public static function start(Shop $shop, int $age, ?Program $composer = null): self
    {
        $cache = new Cache($shop, 'releases.json');
        $manifest = Manifest::of($shop);
        $every = ($shop->installed()->package(self::AUDITOR)['installed'] ?? false) === true;
        $key = $manifest->repositoriesHash(Environment::of($shop)->composerHome()) . ($every ? ':every' : '');
        $known = $age === 0 ? null : Answer::of($cache->get($key, $age));

        return new self($shop, $cache, $key, $known, $known === null ? Question::start($shop, $manifest, $composer ?? Program::find($shop), $every) : null);
    }

    /** @return list<string> exact versions, ascending */
    public static function find(Shop $shop, Reporter $reporter, int $age = self::TELL): array
    {
        return self::versions($shop, self::start($shop, $age)->answer($reporter));
    }

    public function isRemembered(): bool
    {
        return $this->known !== null;
    }

    /** The answer; with a $reporter an older one where the repositories cannot be asked, and a warning. */
    public function answer(?Reporter $reporter = null): Answer
    {
        if ($this->known !== null || $this->question === null) {
            return $this->known ?? throw new \LogicException('Nothing was asked.');
        }
        try {
            $answer = $this->question->answer();
        } catch (Failure $e) {
            $stale = $reporter === null ? null : Answer::of($this->cache->get($this->key));
            if ($stale === null) {
                throw $e;
            }
            $reporter->warning('The repositories could not be asked for the releases of the tool; an older answer is used. ' . $e->getMessage());

            return $stale;
        }
        self::versions($this->shop, $answer);
        $this->cache->put($this->key, $answer->toArray());

        return $answer;
    }

    /** @return non-empty-list<string> */
    public static function versions(Shop $shop, Answer $answer): array
    {
        try {
            $versions = $answer->versions();
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::NO_RELEASE, 'Composer\'s answer about the releases cannot be read');
        }
        if ($versions === []) {
            throw new Failure(ExitCode::NO_RELEASE, 'no-release', sprintf('The repositories of "%s" know no release of %s.', $shop->root, Shop::TOOL), 'See "repositories" in composer.json; Magento\'s own is https://repo.magento.com/.');
        }

        return $versions;
    }
}
