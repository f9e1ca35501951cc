<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Conflicts;

use Lockstep\MigrationTool\Console\ConflictText;
use Lockstep\MigrationTool\Console\DiffText;
use Lockstep\MigrationTool\Console\FileDiff;
use Lockstep\MigrationTool\Console\Text;
use Lockstep\MigrationTool\Upgrade\Verification\Syntax;
use Symfony\Component\Console\Exception\RuntimeException;
use Symfony\Component\Console\Helper\QuestionHelper;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;
use Symfony\Component\Console\Question\Question;

/** Conflicts one by one on a terminal, as dpkg and ucf ask. What is decided is a resolution in the conflict directory at once. */
final class Dialog
{
    private const CHOICES = '[<comment>m</comment>]ine, [<comment>t</comment>]heirs, [<comment>e</comment>]dit, [<comment>d</comment>]iff, [<comment>s</comment>]kip, [<comment>q</comment>]uit, [<comment>?</comment>]';
    private const HELP = [
        'm' => 'take your file (where you deleted it: it stays deleted)',
        't' => "take the new release's file (where that has none: yours goes)",
        'e' => 'edit the file with the markers in $VISUAL or $EDITOR; without markers, and sound, it is taken',
        'd' => 'show what you changed, and what the release changed',
        's' => 'leave this one open: the upgrade stops after the last one, and what you decided is kept for the next run',
        'q' => 'stop here, with what you decided kept',
    ];

    public function __construct(
        private readonly InputInterface $input,
        private readonly OutputInterface $output,
        private readonly QuestionHelper $helper,
    ) {
    }

    /**
     * @param list<Conflict> $conflicts
     * @param string         $temporary a directory that may be made
     * @return bool are all of them decided?
     */
    public function settle(array $conflicts, Syntax $syntax, string $temporary): bool
    {
        $open = 0;
        foreach ($conflicts as $index => $conflict) {
            $this->output->writeln(['', sprintf('<info>Conflict %d of %d</info>', $index + 1, count($conflicts))]);
            foreach (ConflictText::lines($conflict) as $line) {
                $this->output->writeln(Text::escape($line));
            }
            $decided = $this->decide($conflict, new Edit($conflict, $syntax, $temporary));
            if ($decided === null) {
                return false;
            }
            $open += $decided ? 0 : 1;
        }

        return $open === 0;
    }

    /** @return ?bool whether it is decided; null: stop */
    private function decide(Conflict $conflict, Edit $edit): ?bool
    {
        while (true) {
            switch ($this->ask()) {
                case 'm':
                    $conflict->take('mine');

                    return true;
                case 't':
                    $conflict->take('theirs');

                    return true;
                case 'e':
                    $fault = $edit->isPossible() ? $edit->run() : 'there is no text to edit: it is a link or a binary file';
                    if ($fault === null) {
                        return true;
                    }
                    $this->output->writeln('<error>' . Text::escape('Not taken: ' . $fault) . '</error>');
                    break;
                case 'd':
                    $this->diff($conflict);
                    break;
                case 's':
                    return false;
                case 'q':
                    return null;
                default:
                    foreach (self::HELP as $letter => $meaning) {
                        $this->output->writeln(sprintf('  <comment>%s</comment>  %s', $letter, $meaning));
                    }
            }
        }
    }

    private function ask(): string
    {
        try {
            $answer = $this->helper->ask($this->input, $this->output, new Question('  ' . self::CHOICES . ' '));
        } catch (RuntimeException) { // the input has ended
            return 'q';
        }

        return is_string($answer) ? strtolower($answer[0] ?? '') : '';
    }

    private function diff(Conflict $conflict): void
    {
        $sides = array_map($conflict->side(...), ['base' => 'base', 'mine' => 'mine', 'theirs' => 'theirs']);
        $pairs = $sides['base'] === null
            ? ['From yours to the new release:' => [$sides['mine'], $sides['theirs']]]
            : ['What you changed:' => [$sides['base'], $sides['mine']], 'What the release changed:' => [$sides['base'], $sides['theirs']]];
        foreach ($pairs as $title => [$before, $after]) {
            $this->output->writeln('<info>' . $title . '</info>');
            DiffText::diff(FileDiff::between($before, $after, $conflict->path), $this->output);
        }
    }
}
