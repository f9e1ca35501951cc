# The other tools, each with its best flags, and where they keep what they write; sourced by bench.bash.

left_out=(.git generated pub/media pub/static var)
excludes=("${left_out[@]/#/--exclude=./}")
peer=$work/theirs/code.tar.zst

has() { command -v "$1" >/dev/null; }

theirs_backup() { rm -f "$peer"; measure "${1:-theirs_backup}" bash -o pipefail -c 'cd "$2" && tar -cf - "${@:3}" . | zstd -q -3 -T0 -o "$1" && sync "$1"' - "$peer" "$shop" "${excludes[@]}"; }
bsdtar_backup() { rm -f "$work/theirs/bsdtar.tar.zst"; measure bsdtar_backup sh -c 'cd "$2" && file=$1 threads=$3 && shift 3 && bsdtar --zstd --options "zstd:compression-level=3,zstd:threads=$threads" -cf "$file" "$@" . && sync "$file"' - "$work/theirs/bsdtar.tar.zst" "$shop" "$(nproc)" "${excludes[@]}"; }
theirs_verify() { measure theirs_verify zstd -tq "$peer"; }
theirs_list() { measure theirs_list tar --zstd -tf "$peer"; }
theirs_one() { rm -rf "$work/one"; mkdir "$work/one"; measure theirs_one tar --zstd -xf "$peer" -C "$work/one" "./$file"; }
theirs_restore() { discard "$work/restored"; mkdir "$work/restored"; synced "${1:-theirs_restore}" tar --zstd -xf "$peer" -C "$work/restored"; }

# Restic and borg: repositories, caches and passwords of this run alone. Restic always encrypts; borg need not.
export RESTIC_REPOSITORY=$work/theirs/restic RESTIC_PASSWORD=bench RESTIC_CACHE_DIR=$work/theirs/restic-cache
export BORG_REPO=$work/theirs/borg BORG_BASE_DIR=$work/theirs/borg-base BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes
restic_excludes=() borg_excludes=()
for path in "${left_out[@]}"; do
	restic_excludes+=(--exclude "$shop/$path")
	borg_excludes+=(--exclude "pp:$shop/$path")
done
borg_archives=0
restic_backup() { synced "$1" restic backup -q "${restic_excludes[@]}" "$shop"; }
borg_backup() { borg_archives=$((borg_archives + 1)); synced "$1" borg create --compression zstd,3 "${borg_excludes[@]}" "::$borg_archives" "$shop"; }

# The first backup of a tree into a new repository: what the later ones are compared with.
restic_first() { rm -rf "$RESTIC_REPOSITORY" "$RESTIC_CACHE_DIR"; restic init -q; restic_backup restic_first; }
borg_first() { rm -rf "$BORG_REPO" "$BORG_BASE_DIR"; borg init --encryption=none; borg_backup borg_first; }

repository_peers=()
for name in restic borg; do
	has "$name" && repository_peers+=("$name")
done
