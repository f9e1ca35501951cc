# What the figures were taken on; sourced by bench.bash. The pages are made by report.php.

fact() { printf 'fact\t%s\t%s\n' "$1" "$2" | tee -a "$work/rows" | awk -F'\t' '{ printf "%-14s %s\n", $2, $3 }'; }
version() { "$@" 2>/dev/null | head -n 1; }

facts() {
	local name versions=()
	fact date "$(date -u '+%Y-%m-%d %H:%M') UTC"
	fact command "$command"
	fact processor "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) CPUs, $(awk '/^MemTotal/ { printf "%.0f GB of memory", $2 / 1e6 }' /proc/meminfo)"
	fact system "$(uname -sr), $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)"
	fact 'file system' "$(findmnt -no FSTYPE -T "$work"), on $(findmnt -no SOURCE -T "$work")"
	fact 'load before' "$(cut -d' ' -f1-3 /proc/loadavg)"
	versions=("PHP $(php -r 'echo PHP_VERSION;')" "zstd $(zstd --version | grep -o 'v[0-9.]*')" "$(version tar --version)")
	for name in bsdtar restic borg mariadb-dump composer; do
		has "$name" && versions+=("$(version "$name" "$([[ $name == restic ]] && echo version || echo --version)" | cut -c1-60)")
	done
	fact versions "$(printf '%s; ' "${versions[@]}" | sed 's/; $//')"
	fact tree "$([[ $tree ]] && echo "${tree##*/}" || echo generated): $(wc -l <"$work/list") files in $(backed_up -type d | wc -l) directories, $(backed_up -type f -printf '%s\n' | awk '{ sum += $1 } END { printf "%.0f MB", sum / 1e6 }')"
	fact runs "medians of $runs interleaved runs, warm cache, both sides synced to the disk"
	printf '\n'
}
