<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

use Lockstep\Merge;
use ParseError;
use PhpToken;

/** One merge of a shop with many files edited, each in one way, and the verdict on each of them. */
final class Trial
{
    public function __construct(private readonly Jump $jump, private readonly Trees $trees, private readonly Tally $tally, private readonly string $group)
    {
    }

    /**
     * @param array<string, array{string, Edit}> $edits kind and edit by released path
     * @param bool $copied the user copied X.dist to X and edited that
     * @param bool $converted tabs for spaces, CRLF for LF in the user's file
     */
    public function run(array $edits, bool $copied, bool $converted = false): void
    {
        $mine = $this->jump->base;
        foreach ($edits as $path => [, $edit]) {
            $mine[self::name($path, $copied)] = $edit->text;
        }
        foreach ($converted ? $edits : [] as $path => $edit) {
            $path = self::name($path, $copied);
            $mine[$path] = (string) preg_replace(['/(?<=\n)(?: {4})+/', '/\r?\n/'], ["\t", "\r\n"], $mine[$path]);
        }
        $this->trees->put('base', $this->jump->base);
        $this->trees->put('mine', $mine);
        $this->trees->forget('release');
        $this->trees->put('release', $this->jump->theirs);
        $directory = $this->trees->directory;
        $result = Merge::apply("$directory/base", "$directory/mine", "$directory/release", $this->jump->from, $this->jump->to, onConflict: 'mine');
        $conflicts = [];
        foreach ($result['items'] as $item) {
            if ($item['outcome'] === 'conflict') {
                $conflicts[$item['path']] = (string) $item['reason'];
            }
        }
        foreach ($edits as $path => [$kind, $edit]) {
            $to = self::name($this->jump->changed[$path], $copied);
            $fault = $conflicts[self::name($path, $copied)] ?? $conflicts[$to] ?? null;
            [$verdict, $why] = $this->judge($path, new Edit($mine[self::name($path, $copied)], $edit->claims, $edit->expected), $this->trees->read('release', $to), $fault, $converted);
            $this->tally->add($this->group, $this->jump->label(), $kind, self::name($path, $copied), $verdict, $why);
        }
    }

    private static function name(string $path, bool $copied): string
    {
        return $copied && str_ends_with($path, '.dist') ? substr($path, 0, -5) : $path;
    }

    /** @return array{string, string} */
    private function judge(string $path, Edit $edit, ?string $merged, ?string $conflict, bool $converted): array
    {
        $theirs = $this->jump->theirs[$this->jump->changed[$path]];
        if ($edit->claims === []) {
            return $this->judgePhp($edit, $merged, $conflict);
        }
        $wanted = Canon::parse($theirs);
        $same = $wanted === null ? ['same'] : array_map(static fn (Claim $claim): string => $claim->expect($wanted), $edit->claims);
        if ($wanted === null || in_array('same', $same, true)) {
            return self::same($edit, $merged, $conflict);
        }
        if (in_array('twice', $same, true)) {
            return ['twice', ''];
        }
        if ($conflict !== null) {
            return ['conflict', $conflict];
        }
        $fault = $merged === null ? 'it is not where the release has it' : Verdict::ofXml($edit, $this->jump->base[$path], $theirs, $merged, $wanted, $converted);

        return $fault === null ? ['clean', ''] : ['wrong', $fault];
    }

    /** @return array{string, string} */
    private function judgePhp(Edit $edit, ?string $merged, ?string $conflict): array
    {
        try {
            $merged === null || PhpToken::tokenize($merged, TOKEN_PARSE);
        } catch (ParseError $error) {
            $conflict ??= 'what merges does not compile: ' . $error->getMessage();
        }
        if ($edit->expected === null) {
            return self::same($edit, $merged, $conflict);
        }

        return $conflict !== null ? ['conflict', $conflict] : ($merged === $edit->expected ? ['clean', ''] : ['wrong', 'it is not the new release with the edit']);
    }

    /**
     * Both sides changed one thing: a conflict, or whatever the merge makes of it, but nothing that the user put in is lost.
     *
     * @return array{string, string}
     */
    private static function same(Edit $edit, ?string $merged, ?string $conflict): array
    {
        if ($conflict !== null) {
            return ['same-conflict', ''];
        }
        preg_match_all('/lockstep_own\S*|lockstep\/changed|shopsOwn|as the shop needs it|Vendor.Shop\S*|db\.example\.com/', $edit->text, $own);
        foreach ($own[0] as $text) {
            if ($merged === null || !str_contains($merged, $text)) {
                return ['same-wrong', "what the user put in is lost: $text"];
            }
        }

        return ['same-clean', ''];
    }
}
