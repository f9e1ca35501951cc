# The main job on a copy of the installed Magento that MAGENTO_ROOT names, whose tool is behind and customized.
# The copy shares the shop's database; the shop's own tree is only read. Conflicts are resolved by taking the shop's side.

source "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
tool=vendor/magento/data-migration-tool
shop=$scratch/shop
cp -a --reflink=auto "$MAGENTO_ROOT" "$shop" || exit 1
rm -rf "$shop/var/lockstep"
own_lock "$shop"
at() { lockstep --root-dir="$shop" "$@"; }
magento() { (cd "$shop" && php bin/magento "$@"); }

expect 'status' 0 at migration:tool:status --format=json
from=$(json tool.version) to=$(json target.version)
if [[ $(json match) != false || $to == "''" ]]; then
	not_ok 'the shop has a tool that is behind' "tool $from, needed $to: nothing can be tried here"
	finish
	exit 1
fi
is 'the customizations are known' "$(json customizations.unknown)" NULL
modified=$(json customizations.modified) added=$(json customizations.added)
expect 'status --check asks for action' 2 at migration:tool:status --check
expect 'releases' 0 at migration:tool:releases --format=json
is 'releases and status agree' "$(json target.version)" "$to"
expect 'diff' 0 at migration:tool:diff .
is 'no password is shown' "$(grep -cE 'password="[^*"]+"' "$scratch/out")" 0

old=$(fingerprint "$shop")
at migration:tool:upgrade --dry-run --format=json >"$scratch/out" 2>"$scratch/err" </dev/null
dry=$?
is 'the dry run tells the target' "$(json to)" "$to"
is 'the dry run changed nothing' "$(fingerprint "$shop")" "$old"
if ((dry == 3)); then
	ok 'dry run: these customizations conflict'
	expect 'upgrade stops at the conflict' 3 at migration:tool:upgrade
	is 'the conflict changed nothing' "$(fingerprint "$shop")" "$old"
	find "$shop/var/lockstep/conflicts" -name '*.mine' | while IFS= read -r mine; do cp "$mine" "${mine%.mine}"; done
	cp -a "$shop/var/lockstep/conflicts" "$scratch/conflicts"
else
	is 'dry run' "$dry" 0
fi

expect 'doctor' 0 at migration:tool:doctor --format=json
expect 'export' 0 at migration:tool:upgrade --export="$scratch/export" --format=json
is 'doctor and export changed nothing' "$(fingerprint "$shop")" "$old"

cp -a "$shop/$tool" "$scratch/tool.before"
expect 'upgrade' 0 at migration:tool:upgrade --format=json
is 'upgraded to what was needed' "$(json to)" "$to"
is 'no conflict is left' "$(json merge.conflicts)" 0
new=$(fingerprint "$shop")
expect 'status --check has nothing about the version' 0 at migration:tool:status --format=json
is 'match' "$(json match)" true
is 'as many files added as before' "$(json customizations.added)" "$added"
[[ $(json customizations.modified) -le $modified ]] && ok 'modified files carried' || not_ok 'modified files carried' "$(json customizations.modified) instead of $modified"
is 'the password is where it was' "$(grep -rhoE 'password="[^"]*"' "$shop/$tool/etc" --include=config.xml | sort | sha256sum)" "$(grep -rhoE 'password="[^"]*"' "$scratch/tool.before/etc" --include=config.xml | sort | sha256sum)"
is 'the export holds the very tool that the upgrade gave' "$(diff -r "$scratch/export/tool" "$shop/$tool" | wc -l)" 0
is 'and its composer.lock' "$(cmp "$scratch/export/composer.lock" "$shop/composer.lock" 2>&1)" ''
expect 'undo' 0 at migration:tool:undo
is 'undo: everything is as before the upgrade' "$(fingerprint "$shop")" "$old"
expect 'undo the undo' 0 at migration:tool:undo
is 'undo the undo: the upgrade is back' "$(fingerprint "$shop")" "$new"
expect 'bin/magento boots' 0 magento --version
expect 'bin/magento lists migrate:data' 0 magento migrate:data --help
expect 'again: nothing to do' 0 at migration:tool:upgrade
is 'again: nothing changed' "$(fingerprint "$shop")" "$new"

expect 'backup --tool --code' 0 at migration:tool:backup --tool --code --format=json
archive=$(php -r 'echo json_decode(file_get_contents($argv[1]), true)["path"];' "$scratch/out")/code.tar.zst
expect 'verify' 0 at migration:tool:backup:verify latest
expect 'tar reads the archive' 0 sh -c "tar --zstd -tf '$archive' | wc -l"
rm -rf "$shop/lib/internal" "$shop/$tool/src"
echo broken >"$shop/app/etc/di.xml"
expect 'restore of the code' 0 at migration:tool:backup:restore latest --code
is 'restored exactly' "$(fingerprint "$shop")" "$new"
expect 'bin/magento boots after the restore' 0 magento --version

# Back to the start by the backup that the upgrade made, then killed at moments spread over an upgrade.
first=$(ls "$shop/var/lockstep/backups" | head -n 1)
expect 'the old tool restored from the upgrade'"'"'s own backup' 0 at migration:tool:backup:restore "$first" --tool
is 'the very bytes are back' "$(diff -r "$shop/$tool" "$scratch/tool.before" | wc -l)" 0
again() {
	rsync -a --delete --exclude=/var/lockstep "$MAGENTO_ROOT/" "$shop/"
	[[ ! -d $scratch/conflicts ]] || { rm -rf "$shop/var/lockstep/conflicts" && cp -a "$scratch/conflicts" "$shop/var/lockstep/"; }
}
again
old=$(fingerprint "$shop")
mixed=0
for tenth in 2 5 8 11 14 17 20 23 26 30; do
	(exec php -d "extension=$LOCKSTEP_MODULE" "$repository/php-wrapper/bin/lockstep" --root-dir="$shop" migration:tool:upgrade) >/dev/null 2>&1 </dev/null &
	victim=$!
	sleep "$((tenth / 10)).$((tenth % 10))"
	kill -9 "$victim" 2>/dev/null
	wait "$victim" 2>/dev/null
	at migration:tool:recover >/dev/null 2>&1 </dev/null || mixed=$((mixed + 1))
	now=$(fingerprint "$shop")
	[[ $now == "$old" || $now == "$new" ]] || mixed=$((mixed + 1))
	[[ $now == "$old" ]] || again
done
is 'killed ten times: always exactly old or new' "$mixed" 0
finish
