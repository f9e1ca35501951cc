#!/usr/bin/env bash
# ./dev bench: our commands against the tools that do the same, on one tree; interleaved runs, medians, ratios, budgets.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bench=$root/tests/bench
module=$root/.build/modules/lockstep.so
tree='' runs=5 work='' rows='' write='' growth='' files_wanted=92000
# Decimal powers that a small run measures less of everything.
less=0
command="./dev bench${*:+ $*}"
usage() {
	cat <<'TEXT'
Usage: ./dev bench [--tree=DIR] [--runs=5] [--rows=NAME,…] [--work=DIR] [--growth[=5]] [--write] [--small]
  --tree    a Magento tree; a copy of it is measured (default: a generated one of Magento's shape: 92,000 files, 38,000 directories, 548 MB)
  --rows    full, verify, list, one, restore, over, unchanged, edited, renewed, load, status, upgrade, db, magento (default: all)
  --work    where copies and archives go; the file system that is measured (default: beside the build)
  --growth  also 10^4 to 10^5 files (or more: --growth=6), one thread and more, one file of 10 GB
  --write   writes docs/benchmarks.md and docs/benchmarks.svg
  --small   a tree of 5,000 files, to try the bench itself
The rows of setup:backup and setup:rollback run on a copy of the installed shop that MAGENTO_ROOT names.
TEXT
}
for argument in "$@"; do
	case $argument in
	--tree=*) tree=$(realpath "${argument#*=}") ;;
	--runs=*) runs=${argument#*=} ;;
	--work=*) work=$(realpath "${argument#*=}") ;;
	--rows=*) rows=${argument#*=} ;;
	--growth) growth=5 ;;
	--growth=[4-7]) growth=${argument#*=} ;;
	--write) write=yes ;;
	--small) files_wanted=5000 less=1 ;;
	--help) usage; exit ;;
	*) usage >&2; exit 64 ;;
	esac
done
if ((less)) && [[ $write ]]; then
	printf 'bench: the figures of a small tree are not to be published: --small or --write\n' >&2
	exit 64
fi
wanted() { [[ -z $rows || ,$rows, == *",$1,"* ]]; }

mkdir -p "$root/.build"
work=$(realpath "$(mktemp -d "${work:-$root/.build}/bench.XXXXXX")")
cleanup=("$work")
trap 'rm -rf "${cleanup[@]}"' EXIT
lockstep=(php -d "extension=$module" "$root/php-wrapper/bin/lockstep")
shop=$work/shop
backups=$work/backups
mkdir -m 700 "$backups" "$work/theirs"

# shellcheck source=measure.bash
source "$bench/measure.bash"
# shellcheck source=tree.bash
source "$bench/tree.bash"
# shellcheck source=peers.bash
source "$bench/peers.bash"
# shellcheck source=rows.bash
source "$bench/rows.bash"
# shellcheck source=magento.bash
source "$bench/magento.bash"
# shellcheck source=growth.bash
source "$bench/growth.bash"
# shellcheck source=report.bash
source "$bench/report.bash"

if [[ $tree ]]; then
	copy_tree "$tree" "$shop"
else
	make_tree "$shop" "$files_wanted"
fi
# The file that is taken out alone: from the middle of the archive.
backed_up -type f | LC_ALL=C sort | cut -c3- >"$work/list"
members=$(backed_up | wc -l)
file=$(sed -n "$((($(wc -l <"$work/list") + 1) / 2))p" "$work/list")

facts
heading
ours_backup; theirs_backup; forget ours_backup theirs_backup # to warm the cache
interleave "$runs" idle
if wanted full; then rows_full; fi
rows_reading
rows_restoring
rows_later
row 'idle (lockstep --version)' idle idle
if wanted load; then rows_load; fi
rows_shop
# shellcheck source=database.bash
if wanted db; then source "$bench/database.bash"; fi
if wanted magento; then rows_magento; fi
if [[ $growth ]]; then rows_growth; fi
if [[ $write ]]; then
	php "$bench/report.php" "$work/rows" "$root/docs/benchmarks.md" "$root/docs/benchmarks.svg"
	printf '\nWritten: docs/benchmarks.md, docs/benchmarks.svg\n'
fi
