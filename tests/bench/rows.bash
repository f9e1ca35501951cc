# The rows of the table: our commands beside the others' on one tree; sourced by bench.bash.

at=(--root-dir="$shop" --directory="$backups")
ours_backup() { rm -rf "${backups:?}"/*; measure "${1:-ours_backup}" "${lockstep[@]}" migration:tool:backup --code "${at[@]}" --format=json; }
ours_verify() { measure ours_verify "${lockstep[@]}" migration:tool:backup:verify "${at[@]}"; }
idle() { measure idle "${lockstep[@]}" --version; }
ours_list() { measure ours_list "${lockstep[@]}" migration:tool:backup:list latest --code "${at[@]}"; }
ours_one() { rm -rf "$work/one"; measure ours_one "${lockstep[@]}" migration:tool:backup:restore latest --code --path="$file" --to="$work/one" "${at[@]}"; }
ours_restore() { discard "$work/restored"; measure ours_restore "${lockstep[@]}" migration:tool:backup:restore latest --code --to="$work/restored" "${at[@]}"; }
ours_over() { edit_some; measure ours_over "${lockstep[@]}" migration:tool:backup:restore latest --code "${at[@]}" --format=json; }

memory() { # name label: the peak above an idle PHP, against 64 MiB and 160 bytes a member
	amount "$2" "$(awk -v a="$(median "$1" 2)" -v b="$(median idle 2)" 'BEGIN { print (a - b) / 1024 }')" 0 "$(awk -v n="$members" 'BEGIN { print 64 + n * 160 / 1048576 }')" absolute
}

rows_full() {
	local archive
	interleave "$runs" ours_backup theirs_backup
	row 'full backup : tar | zstd -3 -T0' ours_backup theirs_backup 0.65
	archive=$(echo "$backups"/*/code.tar.zst)
	amount '  MB of the archive' "$(awk -v n="$(stat -c %s "$archive")" 'BEGIN { print n / 1e6 }')" "$(awk -v n="$(stat -c %s "$peer")" 'BEGIN { print n / 1e6 }')" 1.05
	memory ours_backup '  MiB at most, above an idle PHP'
	if has bsdtar; then
		interleave "$runs" bsdtar_backup
		row 'full backup : bsdtar --zstd' ours_backup bsdtar_backup
	else
		skipped 'full backup : bsdtar --zstd' 'bsdtar is not installed'
	fi
}

rows_reading() {
	wanted verify && { interleave "$runs" ours_verify theirs_verify; row 'verify : zstd -t' ours_verify theirs_verify 0.8; }
	wanted list && { interleave "$runs" ours_list theirs_list; row 'list of all members : tar -tf' ours_list theirs_list idle+0.1; }
	wanted one && { interleave "$runs" ours_one theirs_one; row 'one file out of it : tar -xf A FILE' ours_one theirs_one idle+0.02; }
	true
}

rows_restoring() {
	if wanted restore; then
		interleave "$runs" ours_restore theirs_restore
		row 'restore into an empty directory : tar -xf' ours_restore theirs_restore 0.6
		memory ours_restore '  MiB at most, above an idle PHP'
	fi
	if wanted over; then
		interleave "$runs" ours_over 'theirs_restore theirs_over'
		row 'restore over a tree, 1 % differs : tar -xf' ours_over theirs_over 0.4
	fi
	discard "$work/restored"
}

# Later backups of a tree whose first one each side has. The newest set of ours is the parent of the next, the others go.
again() { measure "$1" "${lockstep[@]}" migration:tool:backup --code "${at[@]}" --format=json; keep_newest; }
keep_newest() { find "$backups" -mindepth 1 -maxdepth 1 -printf '%T@ %p\0' | sort -znr | tail -zn +2 | cut -zd' ' -f2- | xargs -0r rm -rf; }
later() { # unchanged|edited|renewed: one round of all sides
	local kind=$1 name
	case $kind in
	edited) edit_some ;;
	renewed) swap_twin ;;
	esac
	warm
	again "ours_$kind"
	warm
	theirs_backup "theirs_$kind"
	for name in "${repository_peers[@]}"; do "${name}_backup" "${name}_$kind"; done
}

rows_later() {
	local name wants=()
	for name in unchanged edited renewed; do wanted "$name" && wants+=("$name"); done
	((${#wants[@]})) || return 0
	# Files that changed within two seconds before a backup are read again by the next one.
	sleep 2.5
	ours_backup first
	for name in "${repository_peers[@]}"; do "${name}_first"; done
	for name in "${wants[@]}"; do
		[[ $name != renewed ]] || make_twin
		later "$name" # what the row above has left differs by more
		forget "ours_$name" "theirs_$name" "restic_$name" "borg_$name"
		interleave "$runs" "later $name"
		case $name in
		unchanged) compare_later unchanged 'nothing changed' 0.25 1/12 1/20 ;;
		edited) compare_later edited '1 % changed' 0.35 ;;
		renewed) compare_later renewed 'all inodes and ctimes new' 0.5 ;;
		esac
	done
	discard "$work/twin"
}

compare_later() { # kind words budget-tar [budget-restic [budget-borg]]
	local kind=$1 words=$2 name
	row "$words : tar | zstd -3 -T0" "ours_$kind" "theirs_$kind" "$3" "$(json "ours_$kind" frames_reused) of $(json "ours_$kind" frames) frames reused, $(json "ours_$kind" frames_reread) of them by hash"
	local -A budgets=([restic]=${4:-} [borg]=${5:-})
	for name in restic borg; do
		if [[ -f $work/${name}_$kind.times ]]; then
			row "$words : $name" "ours_$kind" "${name}_$kind" "${budgets[$name]}"
		else
			skipped "$words : $name" "$name is not installed"
		fi
	done
}

# Loading the extension: 40 starts a run, since one takes a few ms.
starts() { local name=$1; shift; measure "$name" sh -c 'i=0; while [ $i -lt 40 ]; do "$@" -r "" || exit; i=$((i + 1)); done' sh php "$@"; }
with_extension() { starts with_extension -d "extension=$module"; }
without_extension() { starts without_extension; }
rows_load() {
	interleave "$runs" with_extension without_extension
	row '40 starts of PHP with : without the extension' with_extension without_extension peer+0.04
}

# Each run of the upgrade begins with the shop as it was: undone by copying back what it exchanges.
items=(composer.json composer.lock vendor/composer vendor/autoload.php vendor/bin vendor/magento/data-migration-tool)
save_shop() { local item; mkdir "$work/saved"; for item in "${items[@]}"; do [[ -e $shop/$item ]] && (cd "$shop" && cp -a --parents "$item" "$work/saved"); done; true; }
reset_shop() {
	local item
	for item in "${items[@]}"; do
		rm -rf "${shop:?}/$item"
		[[ -e $work/saved/$item ]] && cp -a "$work/saved/$item" "$shop/$item"
	done
	true
}
ours_upgrade() { reset_shop; measure ours_upgrade "${lockstep[@]}" migration:tool:upgrade --root-dir="$shop" -n --format=json; }
theirs_upgrade() { reset_shop; measure theirs_upgrade env COMPOSER_ALLOW_SUPERUSER=1 composer require -d "$shop" -n --no-progress --no-audit "magento/data-migration-tool:$target"; }
ours_status() { measure ours_status "${lockstep[@]}" migration:tool:status --root-dir="$shop"; }
theirs_status() { measure theirs_status sh -c 'cd "$0" && php bin/magento --version' "$shop"; }

# The sample shop's bin/magento boots nothing: with it, the figures are shown and not judged.
rows_shop() {
	if [[ ! -f $shop/composer.lock || ! -f $shop/bin/magento ]]; then
		skipped 'status, upgrade' 'the tree is no shop'
		return
	fi
	wanted status && { interleave "$runs" ours_status theirs_status; row 'status : bin/magento --version' ours_status theirs_status "${tree:+peer+0.05}"; }
	wanted upgrade || return 0
	target=$("${lockstep[@]}" migration:tool:status --root-dir="$shop" --format=json | php -r 'echo json_decode(stream_get_contents(STDIN), true)["target"]["version"] ?? "";')
	if [[ -z $target ]]; then
		skipped 'upgrade : composer require alone' 'no release of the tool fits the shop'
		return
	fi
	save_shop
	interleave "$runs" theirs_upgrade ours_upgrade
	row 'upgrade : composer require alone' ours_upgrade theirs_upgrade peer+1
}
