# How time and memory grow with files, threads and the size of one file; sourced by bench.bash.

growth_backup() { # name threads
	rm -rf "${backups:?}"/*
	measure "$1" "${lockstep[@]}" migration:tool:backup --code --threads="$2" --root-dir="$grown" --directory="$backups" --format=json
}
growth_row() { # label name count-of-files
	awk -v OFS='\t' -v label="$1" -v a="$(median "$2")" -v l="$(least "$2")" -v m="$(most "$2")" -v idle="$(median idle)" -v n="$3" -v p="$(median "$2" 2)" -v ip="$(median idle 2)" \
		'BEGIN { printf "growth\t%s\t%.3f\t%.3f\t%.3f\t%s\t%.1f\t%.0f\t%.0f\n", label, a, l, m, n ? sprintf("%.2f", 1e5 * (a - idle) / n) : "", (p - ip) / 1024, p / 1024, 64 + n * 160 / 1048576 }' | tee -a "$work/rows" |
		awk -F'\t' '{ printf "%-50s %-24s %-32s %s MiB above idle, %d MiB allowed\n", $2, sprintf("%.3f s (%.2f-%.2f)", $3, $4, $5), ($6 == "" ? "" : $6 " s for 100,000 files"), $7, $9 }'
}
ratio_above_idle() { awk -v a="$(median "$1")" -v b="$(median "$2")" -v idle="$(median idle)" 'BEGIN { printf "%.2f", (a - idle) / (b - idle) }'; }

# Time for a file, in the largest tree against the smallest; and the speed of each doubling of threads.
rows_growth() {
	local exponent threads count name first='' last='' before
	local -a steps
	printf '\nGrowth, full backups:\n'
	for ((exponent = 4 - less; exponent <= growth - less; exponent++)); do
		count=$((10 ** exponent))
		grown=$work/grown
		if (($(room) < count / 40 + 1000)); then
			skipped "$count files" "no room for them: $((count / 40 + 1000)) MB"
			continue
		fi
		make_tree "$grown" "$count"
		steps=()
		for ((threads = 1; threads <= $(nproc); threads *= 2)); do
			steps+=("growth_backup grown_${count}_$threads $threads")
		done
		growth_backup warm 0
		interleave "$runs" "${steps[@]}"
		before=''
		for ((threads = 1; threads <= $(nproc); threads *= 2)); do
			name=grown_${count}_$threads
			growth_row "$count files, ${name##*_} thread(s)" "$name" "$count"
			[[ -z $before ]] || verdict "$count files: ${name##*_} threads against ${before##*_}, times as fast" "$(ratio_above_idle "$before" "$name")" 1.8 999
			before=$name
		done
		[[ $first ]] || first=$before first_count=$count
		last=$before last_count=$count
		discard "$grown"
	done
	[[ $first == "$last" ]] || verdict "time for a file, $last_count files against $first_count" \
		"$(awk -v r="$(ratio_above_idle "$last" "$first")" -v a="$first_count" -v b="$last_count" 'BEGIN { printf "%.2f", r * a / b }')" 0.9 1.1
	row_large
}
verdict() { # label value low high
	awk -v OFS='\t' -v label="$1" -v v="$2" -v low="$3" -v high="$4" 'BEGIN { print "verdict", label, v, (high > 99 ? "≥ " low : low "–" high), (v >= low && v <= high ? "met" : "missed") }' | tee -a "$work/rows" |
		sed 's/≥ /at least /; s/–/ to /' | awk -F'\t' '{ printf "%-50s %-24s %-32s %s\n", $2, $3, $4, $5 }'
}

# One large file, with no holes, once: the tree, our archive and the peer's take twice its size.
row_large() {
	local size=10000000000 label='one file of 10 GB'
	((less)) && size=100000000 label='one file of 100 MB'
	if (($(room) < size / 500000 + 2000)); then
		skipped "$label" "no room for it: $((size / 500000 + 2000)) MB"
		return
	fi
	grown=$work/large
	cp -a "$work/sample" "$grown"
	"$generator" --file "$grown/large.txt" "$size"
	growth_backup large 0
	growth_row "$label, all threads" large 0
	shop=$grown theirs_backup large_theirs
	row "$label : tar | zstd -3 -T0" large large_theirs
	discard "$grown"
}
