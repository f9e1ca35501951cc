<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Composer;

use Lockstep\MigrationTool\Composer\Answer;
use PHPUnit\Framework\TestCase;

final class AnswerTest extends TestCase
{
    private const FOUND = [
        ['repository' => 'composer repo (https://a.example)', 'error' => null, 'hidden' => false, 'packages' => [['version' => 'v2.4.6', 'address' => 'https://x.example/a'], ['version' => 'dev-main', 'address' => '']]],
        ['repository' => 'composer repo (https://b.example)', 'error' => null, 'hidden' => true, 'packages' => [['version' => '2.4.5', 'address' => 'https://x.example/b'], ['version' => '2.4.6', 'address' => 'https://x.example/c'], ['version' => '2.4.8', 'address' => 'https://x.example/d']]],
    ];

    public function testWhatIsHiddenIsNoReleaseButTellsWhereTheToolCameFrom(): void
    {
        $answer = Answer::of(self::FOUND);
        self::assertNotNull($answer);
        self::assertSame(['2.4.6'], $answer->versions());
        self::assertSame('composer repo (https://a.example)', $answer->repository('2.4.6'));
        self::assertSame('composer repo (https://b.example)', $answer->repository('2.4.5', 'https://x.example/b'));
        self::assertSame('composer repo (https://b.example)', $answer->repository('2.4.6', 'https://x.example/c'));
        self::assertSame('', $answer->repository('2.4.5', 'https://x.example/elsewhere'));
        self::assertNull($answer->unreachable());
        self::assertSame(self::FOUND, Answer::of($answer->toArray())?->toArray());
    }

    public function testWhatIsNoAnswer(): void
    {
        foreach ([null, [], 'text', ['2.4.5', '2.4.6'], [['repository' => 1]], [['repository' => 'a', 'packages' => null]]] as $json) {
            self::assertNull(Answer::of($json));
        }
        self::assertSame('Boom', Answer::of([['repository' => 'a', 'error' => 'Boom', 'packages' => [['version' => 1]]]])?->unreachable()['error'] ?? '');
    }
}
