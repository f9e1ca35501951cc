# Runs commands by turns, keeps their times, and judges them; sourced by bench.bash.

# Runs one command and appends its seconds and peak KiB to NAME.times; its output is NAME.out. The disk is settled before the clock starts.
measure() {
	local name=$1 status=0
	shift
	sync -f "$work"
	local begun=$EPOCHREALTIME ended
	/usr/bin/time -o "$work/time" -f '%M' "$@" >"$work/$name.out" 2>"$work/$name.err" </dev/null || status=$?
	ended=$EPOCHREALTIME
	if ((status)); then
		printf 'bench: %s failed with status %d: %s\n' "$name" "$status" "$*" >&2
		tail -n 5 "$work/$name.out" "$work/$name.err" >&2
		exit 1
	fi
	awk -v begun="$begun" -v ended="$ended" -v memory="$(tail -n 1 "$work/time")" 'BEGIN { printf "%.4f %d\n", ended - begun, memory }' >>"$work/$name.times"
}

# For a peer that does not sync what it wrote: the clock stops when all of it is on the disk.
synced() { local name=$1; shift; measure "$name" bash -c '"${@:2}" && sync -f "$1"' - "$work" "$@"; }

# ext4 takes no inode that was freed in the last minutes, and looks at each of them for a new file: after a large "rm -rf" whatever is
# created beside takes many times as long. So while there is room, large trees are moved out of the way, and removed at the end.
discard() {
	local path
	for path in "$@"; do
		[[ -e $path ]] || continue
		if (($(room) > 20000)); then
			mkdir -p "$work/discarded"
			mv "$path" "$(mktemp -d "$work/discarded/XXXXXX")/"
		else
			rm -rf "$path"
		fi
	done
}

# MB that are free where the bench works.
room() { df --output=avail -BMB "$work" | tail -n 1 | tr -dc '0-9'; }

# Each step once, then each again, and so on: what disturbs the machine for a while disturbs all sides.
interleave() { # count steps; a step is a function, maybe with arguments
	local n=$1 i step words
	shift
	for ((i = 0; i < n; i++)); do
		for step in "$@"; do
			read -ra words <<<"$step"
			"${words[@]}"
		done
	done
}

forget() { local name; for name in "$@"; do rm -f "$work/$name.times"; done; }

# Median, least and most of a column of NAME.times (1 seconds, 2 KiB).
median() { cut -d' ' -f"${2:-1}" "$work/$1.times" | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
least() { cut -d' ' -f1 "$work/$1.times" | sort -n | head -n 1; }
most() { cut -d' ' -f1 "$work/$1.times" | sort -n | tail -n 1; }

# A key of the first part in the JSON that a command of ours printed last.
json() { php -r '$v = json_decode(file_get_contents($argv[1]), true)["parts"][0]; echo is_array($v[$argv[2]] ?? 0) ? count($v[$argv[2]]) : $v[$argv[2]] ?? "";' "$work/$1.out" "$2"; }

# Appends a line to the table and prints it. The budget is a ratio ("0.65", "1/30"), or seconds above an idle command or above the
# peer ("idle+0.1", "peer+1"). What takes less than a second is judged without the start of PHP, which the column "net" leaves out.
row() { # label ours theirs [budget [note]]
	local a b idle=0
	a=$(median "$2") b=$(median "$3")
	[[ -f $work/idle.times ]] && idle=$(median idle)
	awk -v OFS='\t' -v label="$1" -v a="$a" -v al="$(least "$2")" -v am="$(most "$2")" -v ap="$(median "$2" 2)" \
		-v b="$b" -v bl="$(least "$3")" -v bm="$(most "$3")" -v bp="$(median "$3" 2)" -v idle="$idle" -v budget="${4:-}" -v note="${5:-}" '
		BEGIN {
			net = a < 1 && idle > 0 && budget !~ /peer/ ? (a > idle ? a - idle : 0) : a
			verdict = "-"; shown = "-"
			if (budget ~ /^(idle|peer)\+/) {
				split(budget, part, "+")
				shown = "≤ " part[1] " + " part[2] " s"
				verdict = (part[1] == "idle" ? a - idle : a - b) <= part[2] ? "met" : "missed"
			} else if (budget != "") {
				shown = "≤ " budget
				limit = split(budget, part, "/") == 2 ? part[1] / part[2] : budget
				verdict = net / b <= limit ? "met" : "missed"
			}
			printf "time\t%s\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%s\t%s\t%.0f\t%.0f\t%s\n",
				label, a, al, am, b, bl, bm, a / b, net / b, shown, verdict, ap / 1024, bp / 1024, note
		}' | tee -a "$work/rows" | show
}

# A line about sizes, in the unit that its label names.
amount() { # label ours theirs budget-ratio ["absolute": the budget is an upper bound in the same unit, not a ratio]
	awk -v label="$1" -v a="$2" -v b="$3" -v budget="$4" -v absolute="${5:-}" 'BEGIN {
		printf "size\t%s\t%.1f\t\t\t%s\t\t\t%s\t\t≤ %s\t%s\t\t\t\n", label, a, absolute ? "-" : sprintf("%.1f", b), absolute ? "-" : sprintf("%.3f", a / b),
			absolute ? sprintf("%.0f", budget) : budget, (absolute ? a : a / b) <= budget ? "met" : "missed" }' | tee -a "$work/rows" | show
}

# What was not measured, and why.
skipped() { printf 'skipped\t%s\t%s\n' "$1" "$2" | tee -a "$work/rows" | show; }

heading() { printf '%-50s %-24s %-24s %6s %6s  %-14s %-7s %s\n' work 'ours (least-most)' 'theirs (least-most)' ratio net budget '' 'peak MiB'; }
show() {
	# In ASCII, as not every awk counts characters when it pads.
	sed 's/≤ /<= /g' | awk -F'\t' '
		$1 == "time" { printf "%-50s %-24s %-24s %6.2f %6.2f  %-14s %-7s %d / %d%s\n", $2, sprintf("%.3f s (%.2f-%.2f)", $3, $4, $5), sprintf("%.3f s (%.2f-%.2f)", $6, $7, $8), $9, $10, $11, $12, $13, $14, ($15 == "" ? "" : "  " $15) }
		$1 == "size" { printf "%-50s %-24s %-24s %6s %6s  %-14s %s\n", $2, $3, $6, $9, "", $11, $12 }
		$1 == "skipped" { printf "%-50s skipped: %s\n", $2, $3 }'
}
