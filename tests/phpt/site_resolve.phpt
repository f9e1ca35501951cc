--TEST--
Site: releases parsed, the target resolved, versions checked and compared
--EXTENSIONS--
lockstep
--FILE--
<?php
require __DIR__ . '/lib/scratch.inc';
use Lockstep\Site;

$releases = Site::parseReleases(json_encode(['name' => 'magento/data-migration-tool', 'versions' => ['dev-master', '2.4.6.1', '2.4.6', '2.4.5', '2.3.5', 'v2.2.7']]));
echo implode(' ', $releases), "\n";
foreach ([['2.4.6'], ['2.4.6-p1'], ['2.4.6', false, false], ['2.4.5'], ['2.3.7'], ['2.3.7', true], ['2.5.0', true]] as $case) {
    $target = Site::resolve($case[0], $releases, $case[1] ?? false, $case[2] ?? true);
    printf("%s: %s by %s, %s, candidate %s%s\n", $case[0], $target['version'] === '' ? 'none' : $target['version'], $target['rule'], $target['exact'] ? 'exact' : 'inexact', $target['candidate'] === '' ? 'none' : $target['candidate'], $target['reason'] === '' ? ' WITHOUT REASON' : '');
}
echo Site::checkVersion('v2.4.6-p3'), ' ', Site::compareVersions('2.4.6', '2.4.6.1'), ' ', Site::compareVersions('2.4.6', '2.4.6'), ' ', Site::compareVersions('2.4.10', '2.4.9') > 0 ? 'higher' : 'lower', "\n";
?>
--EXPECTF--
2.2.7 2.3.5 2.4.5 2.4.6 2.4.6.1
2.4.6: 2.4.6.1 by hotfix, exact, candidate none
2.4.6-p1: 2.4.6.1 by %s, exact, candidate none
2.4.6: 2.4.6 by exact, exact, candidate none
2.4.5: 2.4.5 by exact, exact, candidate none
2.3.7: none by none, inexact, candidate 2.3.5
2.3.7: 2.3.5 by nearest, inexact, candidate %s
2.5.0: none by none, inexact, candidate none
2.4.6-p3 -1 0 higher
