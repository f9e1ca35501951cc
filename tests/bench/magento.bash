# Magento's own backups, on a copy of the installed shop that MAGENTO_ROOT names; sourced by bench.bash.
# The shop's tree is only copied. Its database is read by setup:backup --db, and never rolled back.

copy=$work/magento
magento_at=(--root-dir="$copy" --directory="$work/magento-backups")
# Backups are off by default. The variable turns them on for one process, where the setting in the database or in env.php stays as it is.
magento() { (cd "$copy" && CONFIG__DEFAULT__SYSTEM__BACKUP__FUNCTIONALITY_ENABLED=1 php -d memory_limit=2G bin/magento "$@" -n); }
export -f magento
export copy

# Magento ends with 0 when backups are disabled, too: what it made decides.
magento_made() { find "$copy/var/backups" -name "$1" 2>/dev/null | head -n 1; }
magento_try() { # option pattern
	rm -rf "$copy/var/backups"
	magento setup:backup "$1" >"$work/magento.out" 2>&1 </dev/null || true
	[[ $(magento_made "$2") ]]
}
why_not() { tr -s '\n ' ' ' <"$work/magento.out" | sed 's/ $//' | cut -c1-160; }

magento_code() { rm -rf "$copy/var/backups"; synced magento_code bash -c 'magento setup:backup --code'; }
magento_ours() { rm -rf "$work/magento-backups"/*; measure magento_ours "${lockstep[@]}" migration:tool:backup --code "${magento_at[@]}" --format=json; }
# A rollback removes its backup: it gets a link to it.
magento_rollback() { ln -f "$work/magento.tgz" "$copy/var/backups/$rollback"; synced magento_rollback bash -c 'magento setup:rollback --code-file="$1"' - "$rollback"; }
magento_restore() { measure magento_restore "${lockstep[@]}" migration:tool:backup:restore latest --code "${magento_at[@]}" --format=json; }
magento_whole() { discard "$work/restored"; measure magento_whole "${lockstep[@]}" migration:tool:backup:restore latest --code --to="$work/restored" "${magento_at[@]}"; }
magento_db() { rm -rf "$copy/var/backups"; synced magento_db bash -c 'magento setup:backup --db'; }
magento_db_ours() { rm -rf "$work/magento-backups"/*; measure magento_db_ours "${lockstep[@]}" migration:tool:backup --db "${magento_at[@]}" --format=json; }

rows_magento() {
	local made
	if [[ -z ${MAGENTO_ROOT:-} || ! -f $MAGENTO_ROOT/bin/magento || ! -f $MAGENTO_ROOT/app/etc/env.php ]]; then
		skipped 'setup:backup, setup:rollback' 'MAGENTO_ROOT names no installed shop'
		return
	fi
	copy_tree "$MAGENTO_ROOT" "$copy"
	mkdir -m 700 "$work/magento-backups"
	if magento_try --code '*_filesystem_code.tgz'; then
		interleave "$runs" magento_code magento_ours
		row 'full backup : setup:backup --code' magento_ours magento_code 1/30
		made=$(magento_made '*_filesystem_code.tgz')
		rollback=${made##*/}
		mv "$made" "$work/magento.tgz"
		interleave "$runs" magento_rollback magento_restore magento_whole
		row 'restore in place : setup:rollback' magento_restore magento_rollback 1/10
		row 'restore into an empty directory : setup:rollback' magento_whole magento_rollback
		discard "$work/restored"
	else
		skipped 'setup:backup --code, setup:rollback' "$(why_not)"
	fi
	if magento_try --db '*_db.sql'; then
		interleave "$runs" magento_db magento_db_ours
		row 'database : setup:backup --db' magento_db_ours magento_db 0.6
	else
		skipped 'setup:backup --db' "$(why_not)"
	fi
}
