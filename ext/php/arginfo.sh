#!/bin/sh
# Makes X_arginfo.h of every X.stub.php, or with --check tells which are stale (exit 1).
#
# gen_stub.php is PHP's own, of the PHP that php-config belongs to. It looks for PHP-Parser beside itself, so it runs from a
# copy in .build/arginfo/, where Composer puts the version that it names.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$root/.build/arginfo
config=${PHP_CONFIG:-php-config}
php=${PHP:-$("$config" --php-binary)}

generator=
for candidate in "$("$config" --extension-dir)/build" "$("$config" --prefix)/lib/php/build" "$root/build"; do
	if [ -f "$candidate/gen_stub.php" ]; then
		generator=$candidate/gen_stub.php
		break
	fi
done
[ -n "$generator" ] || { echo "arginfo: gen_stub.php is not installed with $config" >&2; exit 4; }

mkdir -p "$work"
cp "$generator" "$work/gen_stub.php"
version=$(sed -n 's/^ *\$version = "\([0-9.]*\)";$/\1/p' "$work/gen_stub.php" | head -n 1)
parser=$work/PHP-Parser-$version
if [ ! -f "$parser/lib/PhpParser/ParserFactory.php" ]; then
	rm -rf "$parser" "$work/composer"
	mkdir -p "$work/composer"
	composer --quiet --no-interaction --working-dir="$work/composer" require "nikic/php-parser:$version"
	cp -R "$work/composer/vendor/nikic/php-parser" "$parser"
fi

if [ "${1:-}" = --check ]; then
	fresh=$work/fresh
	rm -rf "$fresh"
	mkdir "$fresh"
	cp "$here"/*.stub.php "$fresh/"
	"$php" "$work/gen_stub.php" "$fresh" >/dev/null
	stale=0
	for file in "$fresh"/*_arginfo.h; do
		name=$(basename "$file")
		cmp -s "$file" "$here/$name" || { echo "arginfo: ext/php/$name is stale; run ext/php/arginfo.sh" >&2; stale=1; }
	done
	exit $stale
fi
"$php" "$work/gen_stub.php" -f "$here"
