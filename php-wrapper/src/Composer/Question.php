<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Composer\Inside\Ask;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Secrets;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;
use Lockstep\Process;

/** The question which releases of the tool the shop's repositories have; asked by Composer itself, beside whatever else is done. */
final class Question
{
    private const TIMEOUT = 300;
    private const TIMED_OUT = 124;
    private const SCRIPT = 'lockstep-ask';

    private ?Process $process = null;

    private function __construct(
        private readonly LightStage $stage,
        private readonly Manifest $manifest,
    ) {
    }

    /** @param bool $every all repositories must answer, not only those that Composer needs to find the tool */
    public static function start(Shop $shop, Manifest $manifest, Program $composer, bool $every): self
    {
        $stage = LightStage::make($shop);
        try {
            copy(__DIR__ . '/Inside/Ask.php', $stage->path('Ask.php'));
            $stage->write('composer.json', ['autoload' => ['classmap' => ['Ask.php']], 'scripts' => [self::SCRIPT => Ask::class . '::run']] + $manifest->light());
            $arguments = ['run-script', '--no-plugins', '--no-ansi', self::SCRIPT, '--', Shop::TOOL, $shop->installed()->toolVersion() ?: 'none', $every ? 'every' : 'needed'];

            $question = new self($stage, $manifest);
            $question->process = $composer->start($stage->stage, $arguments);

            return $question;
        } catch (\Throwable $e) {
            $stage->remove();
            throw $e;
        }
    }

    public function answer(): Answer
    {
        try {
            $result = ($this->process ?? throw new \LogicException('It was answered already.'))->wait(null, self::TIMEOUT);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::COMPOSER, 'Composer');
        } finally {
            $this->end();
        }
        $asked = preg_match('/.*^Asking (\N+)/ms', $result['errors'], $match) === 1 ? $match[1] : 'A repository';
        if ($result['status'] === self::TIMED_OUT) {
            throw new Failure(ExitCode::COMPOSER, 'timeout', sprintf('%s did not answer within %d s.', $this->named($asked), self::TIMEOUT), 'Is the server well? "options": {"http": {"timeout": SECONDS}} of the repository in composer.json gives up sooner.');
        }
        $answer = $result['status'] === 0 ? Answer::of(json_decode($result['output'], true)) : null;
        if ($answer === null) {
            $error = ComposerError::of($result['errors'] . $result['output']);
            throw new Failure(ExitCode::COMPOSER, $error->code, sprintf('Composer cannot ask for the releases of %s: %s', Shop::TOOL, $error->message), $error->hint);
        }
        $unreachable = $answer->unreachable();
        if ($unreachable !== null) {
            $error = ComposerError::of($unreachable['error']);
            throw new Failure(ExitCode::COMPOSER, $error->code, sprintf('%s cannot be asked: %s', $this->named($unreachable['repository']), $error->message), $error->hint);
        }

        return $answer;
    }

    /** A question whose answer nobody waits for any more. */
    public function __destruct()
    {
        $this->end();
    }

    private function end(): void
    {
        if ($this->process !== null) {
            $this->process = null; // ends the program
            $this->stage->remove();
        }
    }

    private function named(string $repository): string
    {
        $name = $this->manifest->repositories()->nameIn($repository);

        return Terminal::safe(Secrets::maskAddresses('The repository ' . ($name === '' ? '' : sprintf('"%s", ', $name)) . $repository));
    }
}
