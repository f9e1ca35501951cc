# What the scripts of this directory share: checks that count, Lockstep run on a tree, tree hashes. Sourced, never run.

set -uo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/lockstep-magento.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0 skipped=0

ok() { passed=$((passed + 1)); printf 'ok      %s\n' "$1"; }
not_ok() { failed=$((failed + 1)); printf 'FAILED  %s\n' "$1"; shift; printf '        %s\n' "$@"; }
skip() { skipped=$((skipped + 1)); printf 'skipped %s\n' "$1"; }

# expect NAME EXIT-CODE COMMAND...: stdout and stderr go to $scratch/out and $scratch/err.
expect() {
	local name=$1 code=$2 got
	shift 2
	"$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	got=$?
	if ((got == code)); then ok "$name"; else not_ok "$name" "exit $got instead of $code" "$(tail -n 5 "$scratch/err")" "$(tail -n 5 "$scratch/out")"; fi
}

# is NAME GOT WANTED
is() { if [[ $2 == "$3" ]]; then ok "$1"; else not_ok "$1" "got    $2" "wanted $3"; fi; }

# json PATH: a value of the last JSON document, "a.b" for nested keys; lists as their length.
json() {
	php -r '$v = json_decode(file_get_contents($argv[1]), true, 512, JSON_THROW_ON_ERROR);
		foreach (explode(".", $argv[2]) as $key) { $v = $v[$key] ?? null; }
		echo is_array($v) ? count($v) : var_export($v, true);' "$scratch/out" "$1"
}

lockstep() { php -d "extension=$LOCKSTEP_MODULE" "$repository/php-wrapper/bin/lockstep" "$@"; }

# Contents, types and modes of a tree without what a running shop and Lockstep itself write.
fingerprint() {
	(cd "$1" && find . -mindepth 1 \( -path ./var -o -path ./generated -o -path ./pub/static -o -path ./pub/media \) -prune -o -printf '%y %m %p %l\n' | LC_ALL=C sort | sha256sum
		find . \( -path ./var -o -path ./generated -o -path ./pub/static -o -path ./pub/media \) -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum) | sha256sum
}

# A copy of a shop shares its database, and with it the lock of all nodes: this one gets its own. own_lock ROOT [JSON OF env.php "lock"]
own_lock() {
	php -r '$file = "$argv[1]/app/etc/env.php"; $env = require $file; $env["lock"] = json_decode($argv[2], true, 512, JSON_THROW_ON_ERROR);
		file_put_contents($file, "<?php\nreturn " . var_export($env, true) . ";\n");' "$1" "${2:-{\"provider\":\"db\",\"config\":{\"prefix\":\"copy$$\"\}\}}"
}

finish() {
	printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
	((failed == 0))
}
