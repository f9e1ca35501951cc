#!/bin/sh
# Runs the tests of this folder against a built module: run.sh [MODULE] [run-tests options and tests]
#
# MODULE is modules/lockstep.so of the checkout unless the first argument ends in .so. What run-tests.php writes is left in
# .build/phpt/ (.build/phpt-valgrind/). With VALGRIND=1 every test runs under valgrind, with PHP's own allocator off.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
module=$root/modules/lockstep.so
case ${1:-} in
*.so)
	module=$(realpath "$1")
	shift
	;;
esac
config=${PHP_CONFIG:-php-config}
php=${PHP:-$("$config" --php-binary)}
runner=$("$config" --extension-dir)/build/run-tests.php
[ -f "$runner" ] || runner=$("$config" --prefix)/lib/php/build/run-tests.php
[ -f "$module" ] || { echo "phpt: $module is not built: phpize && ./configure && make" >&2; exit 1; }

# The tests run as copies, at the same depth below the root: run-tests.php writes beside them.
# Two runs at once wait for each other, unless only one is under valgrind.
work=$root/.build/phpt
if [ "${VALGRIND:-0}" = 1 ]; then
	work=$work-valgrind
fi
mkdir -p "$root/.build"
exec 9>"$work.lock"
flock 9
rm -rf "$work"
mkdir -p "$work"
cp -R "$here"/*.phpt "$here/lib" "$work/"
runner_copy=$work/run-tests.php
cp "$runner" "$runner_copy"
if [ "${VALGRIND:-0}" = 1 ]; then
	export USE_ZEND_ALLOC=0 ZEND_DONT_UNLOAD_MODULES=1 VALGRIND_OPTS="--leak-check=full --show-leak-kinds=definite"
	set -- -m -d pcre.jit=0 "$@" # code that is made at run time, valgrind misreads
fi
tests=$work
for argument; do
	case $argument in
	*.phpt) tests= ;;
	esac
done
export NO_INTERACTION=1 TEST_PHP_EXECUTABLE="$php"
cd "$work"
set -- -n "$runner_copy" -n -q -g FAIL,BORK,LEAK,XLEAK,SKIP --offline --no-color --show-diff \
	-d "extension_dir=$(dirname "$module")" -d "extension=lockstep" "$@" $tests
if [ "${VALGRIND:-0}" != 1 ]; then
	"$php" "$@" 9>&-
	exit
fi
# A system call that this valgrind does not know is told in the same file as a leak: only lines of "==" are findings.
"$php" "$@" >"$work/valgrind.log" 2>&1 9>&- || true
cat "$work/valgrind.log"
if grep -Eaq '^Tests (failed|borked) *: *[1-9]' "$work/valgrind.log" || grep -aq '^==' "$work"/*.mem 2>/dev/null; then
	grep -a '^==' "$work"/*.mem || true
	exit 1
fi
grep -aq '^Tests passed' "$work/valgrind.log"
