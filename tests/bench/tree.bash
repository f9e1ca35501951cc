# The tree that is measured, and how it changes between backups; sourced by bench.bash.

# A sample shop with a tree of Magento's shape in it, together so many files.
generator=$root/.build/bench-tree
make_generator() { [[ $generator -nt $root/tests/bench/tree.c ]] || cc -std=c11 -O2 -o "$generator" "$root/tests/bench/tree.c"; }
make_tree() { # directory files
	make_generator
	[[ -d $work/sample ]] || php "$root/tests/site/make.php" "$work/sample" >&2
	printf 'Generating a tree of %d files …\n' "$2" >&2
	cp -a "$work/sample" "$1"
	"$generator" "$1" $(($2 - $(find "$work/sample" -type f | wc -l)))
}

# A copy that nothing leads out of, whether by the name that was given or by a link in it (shared var, media): what is written or removed
# in the copy stays there.
copy_tree() { # from to
	local from link left=0
	from=$(realpath "$1")
	printf 'Copying %s …\n' "$from" >&2
	mkdir "$2"
	cp -a --reflink=auto "$from/." "$2/"
	while IFS= read -rd '' link; do
		[[ $(realpath -m "$link") == "$2"/* ]] && continue
		rm "$link"
		left=$((left + 1))
	done < <(find "$2" -type l -print0)
	((left == 0)) || printf 'Left out: %d links that lead out of the tree\n' "$left" >&2
	rm -rf "$2/var/lockstep" "$2/var/backups"
}

backed_up() { (cd "$shop" && find . \( -path ./.git -o -path ./generated -o -path ./pub/media -o -path ./pub/static -o -path ./var \) -prune -o "$@" -print); }

# One file in a hundred, all over the tree, gets a line more: of kinds that nothing parses, as later rows run the shop.
editable=('(' -name '*.js' -o -name '*.css' -o -name '*.less' -o -name '*.html' -o -name '*.phtml' -o -name '*.md' ')')
edit_some() {
	local every
	if [[ ! -f $work/some ]]; then
		backed_up -type f "${editable[@]}" | LC_ALL=C sort >"$work/editable"
		[[ -s $work/editable ]] || backed_up -type f | LC_ALL=C sort >"$work/editable" # the generated tree: nothing runs it
		every=$(($(wc -l <"$work/editable") * 100 / $(backed_up -type f | wc -l)))
		awk -v every="$((every > 0 ? every : 1))" 'NR % every == 0' "$work/editable" >"$work/some"
	fi
	(cd "$shop" && xargs -d '\n' sh -c 'for file; do echo edited >>"$file"; done' sh) <"$work/some"
}

# What the next round reads is read once before: kernels drop pages that nobody touched for some seconds, of the tree as of archives.
warm() { find "$work" -path "$work/twin" -prune -o -type f -print0 | xargs -0r cat >/dev/null; }

# The tree and a copy of it change places: the same contents, modes and times, but every inode and ctime is another.
swap_twin() {
	mv "$shop" "$work/swap"
	mv "$work/twin" "$shop"
	mv "$work/swap" "$work/twin"
}
make_twin() { cp -a "$shop" "$work/twin"; }
