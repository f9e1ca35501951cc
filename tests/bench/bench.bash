#!/usr/bin/env bash
# ./dev bench: our commands against tar, zstd and Composer on one tree; interleaved runs, medians, ratios.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
module=$root/.build/modules/lockstep.so
tree='' runs=5 work='' rows='' file=composer.lock
usage() {
	cat <<'TEXT'
Usage: ./dev bench [--tree=DIR] [--runs=N] [--work=DIR] [--rows=backup,verify,list,one,restore,over,upgrade,status,load,db]
  --tree  a Magento tree; it is only read, but for var/lockstep of a copy (default: the sample shop, with 20,000 more files)
  --work  where copies and archives go; the file system that is measured (default: beside the build)
TEXT
}
for argument in "$@"; do
	case $argument in
	--tree=*) tree=$(realpath "${argument#*=}") ;;
	--runs=*) runs=${argument#*=} ;;
	--work=*) work=$(realpath "${argument#*=}") ;;
	--rows=*) rows=${argument#*=} ;;
	--help) usage; exit ;;
	*) usage >&2; exit 64 ;;
	esac
done
mkdir -p "$root/.build"
work=$(mktemp -d "${work:-$root/.build}/bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
lockstep=(php -d "extension=$module" "$root/php-wrapper/bin/lockstep")
wanted() { [[ -z $rows || ,$rows, == *",$1,"* ]]; }

# Seconds and peak KiB of one command, appended to a file; the disk is settled before, and written to before the clock stops.
measure() {
	local name=$1 status=0
	shift
	sync -f "$work"
	local begun=$EPOCHREALTIME ended
	/usr/bin/time -o "$work/time" -f '%M' "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
	ended=$EPOCHREALTIME
	if ((status)); then
		printf 'bench: %s failed with status %d: %s\n' "$name" "$status" "$*" >&2
		tail -n 5 "$work/out" "$work/err" >&2
		exit 1
	fi
	awk -v begun="$begun" -v ended="$ended" -v memory="$(tail -n 1 "$work/time")" 'BEGIN { printf "%.4f %d\n", ended - begun, memory }' >>"$work/$name.times"
}

median() { cut -d' ' -f"$2" "$work/$1.times" | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
spread() { cut -d' ' -f1 "$work/$1.times" | sort -n | awk 'NR == 1 { low = $1 } { high = $1 } END { printf "%.2f-%.2f", low, high }'; }

row() { # label ours theirs budget
	local a b idle=0
	a=$(median "$2" 1) b=$(median "$3" 1)
	[[ -f $work/idle.times && $2 != idle ]] && idle=$(median idle 1)
	awk -v label="$1" -v a="$a" -v b="$b" -v sa="$(spread "$2")" -v sb="$(spread "$3")" -v budget="$4" -v idle="$idle" -v memory="$(median "$2" 2)" \
		'BEGIN { printf "%-44s %8.3f s (%s)  %8.3f s (%s)  %6.2f  %-22s %5.0f MiB%s\n", label, a, sa, b, sb, (b > 0 ? a / b : 0), budget, memory / 1024,
			(idle > 0 && a < 1 ? sprintf("  (%.0f ms above idle)", 1000 * (a - idle)) : "") }'
}

interleave() { # count; then pairs of function names run in turn
	local n=$1 i step
	shift
	for ((i = 0; i < n; i++)); do
		for step in "$@"; do "$step"; done
	done
}

if [[ -z $tree ]]; then
	php "$root/tests/site/make.php" "$work/original" >&2
	php -r '
		mt_srand(7);
		for ($i = 0; $i < 20000; $i++) {
			$directory = sprintf("%s/lib/internal/Generated/%02x/%02x", $argv[1], $i % 199, $i % 53);
			is_dir($directory) || mkdir($directory, 0755, true);
			$words = "";
			for ($size = mt_rand(200, 9000); strlen($words) < $size;) {
				$words .= "    public function get" . dechex(mt_rand()) . "(string \$name): ?string\n    {\n        return \$this->" . mt_rand(1, 99) . ";\n    }\n";
			}
			file_put_contents("$directory/Class$i.php", "<?php\n$words");
		}' "$work/original"
	tree=$work/original
fi

# A copy on the file system that is measured: nothing is written into the tree that was given.
printf 'Copying %s …\n' "$tree" >&2
mkdir "$work/shop"
cp -a --reflink=auto "$tree/." "$work/shop/"
rm -rf "$work/shop/var/lockstep"
shop=$work/shop
files=$(find "$shop" -path "$shop/var" -prune -o -type f -print | wc -l)
bytes=$(du -sm --apparent-size "$shop" | cut -f1)
is_shop=
[[ -f $shop/composer.lock && -f $shop/bin/magento ]] && is_shop=yes

excludes=(--exclude=./.git --exclude=./generated --exclude=./pub/media --exclude=./pub/static --exclude=./var)
backups=$work/backups
mkdir -m 700 "$backups" "$work/theirs"
peer=$work/theirs/code.tar.zst

ours_backup() { rm -rf "$backups"/*; measure ours_backup "${lockstep[@]}" migration:tool:backup --code --root-dir="$shop" --directory="$backups" --format=json; }
theirs_backup() { rm -f "$peer"; measure theirs_backup sh -c 'cd "$1" && shift && tar -cf - "$@" . | zstd -q -3 -T0 -o "$0" && sync "$0"' "$peer" "$shop" "${excludes[@]}"; }
archive() { echo "$backups"/*/code.tar.zst; }
ours_verify() { measure ours_verify "${lockstep[@]}" migration:tool:backup:verify --root-dir="$shop" --directory="$backups"; }
theirs_verify() { measure theirs_verify zstd -tq "$peer"; }
idle() { measure idle "${lockstep[@]}" --version; }
ours_list() { measure ours_list "${lockstep[@]}" migration:tool:backup:list latest --code --root-dir="$shop" --directory="$backups"; }
theirs_list() { measure theirs_list tar --zstd -tf "$peer"; }
ours_one() { rm -rf "$work/one"; measure ours_one "${lockstep[@]}" migration:tool:backup:restore latest --code --path="$file" --to="$work/one" --root-dir="$shop" --directory="$backups"; }
theirs_one() { rm -rf "$work/one"; mkdir "$work/one"; measure theirs_one tar --zstd -xf "$peer" -C "$work/one" "./$file"; }
ours_restore() { rm -rf "$work/restored"; measure ours_restore "${lockstep[@]}" migration:tool:backup:restore latest --code --to="$work/restored" --root-dir="$shop" --directory="$backups"; }
theirs_restore() { rm -rf "$work/restored"; mkdir "$work/restored"; measure theirs_restore sh -c 'tar --zstd -xf "$0" -C "$1" && sync -f "$1"' "$peer" "$work/restored"; }
# One file in a hundred, all over the tree, gets a line more before each run.
edit_some() {
	[[ -f $work/some ]] || (cd "$shop" && find . \( -path ./.git -o -path ./generated -o -path ./pub/media -o -path ./pub/static -o -path ./var \) -prune -o -type f -print | sort | awk 'NR % 100 == 0') >"$work/some"
	(cd "$shop" && xargs -d '\n' sh -c 'for file; do echo edited >>"$file"; done' sh) <"$work/some"
}
ours_over() { edit_some; measure ours_over "${lockstep[@]}" migration:tool:backup:restore latest --code --root-dir="$shop" --directory="$backups" --format=json; }
theirs_over() { theirs_restore; tail -n 1 "$work/theirs_restore.times" >>"$work/theirs_over.times"; }

# Each run of the upgrade begins with the shop as it was: undone by copying back what it exchanges.
items=(composer.json composer.lock vendor/composer vendor/autoload.php vendor/bin vendor/magento/data-migration-tool)
save_shop() { local item; for item in "${items[@]}"; do [[ -e $shop/$item ]] && (cd "$shop" && cp -a --parents "$item" "$work/saved"); done; true; }
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

# Loading the extension: 40 starts a run, since one takes a few ms.
starts() { local name=$1; shift; measure "$name" sh -c 'i=0; while [ $i -lt 40 ]; do "$@" -r "" || exit; i=$((i + 1)); done' sh php "$@"; }
with_extension() { starts with_extension -d "extension=$module"; }
without_extension() { starts without_extension; }

printf '%s, %s, %d CPUs, %s, PHP %s, zstd %s\n' "$(date -u +%Y-%m-%dT%H:%MZ)" "$(uname -sr)" "$(nproc)" \
	"$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(php -r 'echo PHP_VERSION;')" "$(zstd --version | grep -o 'v[0-9.]*')"
printf '%s: %d files, %d MB, on %s; medians (least-most) of %d interleaved runs, warm cache, both sides synced\n\n' "$tree" "$files" "$bytes" "$(stat -f -c %T "$work")" "$runs"
printf '%-44s %-22s %-22s  %6s  %-22s %s\n' 'work' 'ours' 'theirs' 'ratio' 'budget' 'our peak'

cat "$shop"/composer.* >/dev/null 2>&1 || true
ours_backup; theirs_backup; rm -f "$work"/*.times # warm the cache
if wanted backup; then
	interleave "$runs" ours_backup theirs_backup
	row 'backup --code : tar | zstd -3 -T0' ours_backup theirs_backup '<= 0.65'
	awk -v a="$(stat -c %s "$(archive)")" -v b="$(stat -c %s "$peer")" 'BEGIN { printf "%-44s %8.1f MB %13s %8.1f MB %13s  %6.2f  %s\n", "  bytes of the archive", a / 1e6, "", b / 1e6, "", a / b, "<= 1.05" }'
fi
interleave "$runs" idle
wanted verify && { interleave "$runs" ours_verify theirs_verify; row 'backup:verify : zstd -t' ours_verify theirs_verify '<= 0.80'; }
wanted list && { interleave "$runs" ours_list theirs_list; row 'list of members : tar -tf' ours_list theirs_list 'idle + 0.10 s'; }
wanted one && { interleave "$runs" ours_one theirs_one; row 'one file : tar -xf A FILE' ours_one theirs_one 'idle + 0.02 s'; }
wanted restore && { interleave "$runs" ours_restore theirs_restore; row 'restore into an empty directory : tar -xf' ours_restore theirs_restore '<= 0.60'; }
wanted over && { interleave "$runs" ours_over theirs_over; row 'restore over a tree, 1 % differs : tar -xf' ours_over theirs_over '<= 0.40'; }
row 'idle (lockstep --version)' idle idle ''
if wanted load; then
	interleave "$runs" with_extension without_extension
	row '40 starts of PHP with : without the extension' with_extension without_extension '+ 0.04 s'
fi
if [[ $is_shop ]]; then
	wanted status && { interleave "$runs" ours_status theirs_status; row 'status : bin/magento --version' ours_status theirs_status '+ 0.05 s'; }
	target=$("${lockstep[@]}" migration:tool:status --root-dir="$shop" --format=json | php -r 'echo json_decode(stream_get_contents(STDIN), true)["target"]["version"] ?? "";')
	if wanted upgrade && [[ $target ]]; then
		mkdir "$work/saved"
		save_shop
		interleave "$runs" theirs_upgrade ours_upgrade
		row 'upgrade : composer require alone' ours_upgrade theirs_upgrade '+ 1.0 s'
	fi
fi
# shellcheck source=database.bash
if wanted db; then
	source "$root/tests/bench/database.bash"
fi
