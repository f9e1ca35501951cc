# The parts of ./dev test; sourced by dev. A part's checks that have no test runner of their own are counted here.

passed=0 failed=0 skipped=0

#: core | the core alone: cmocka, plain
#: asan | the same under ASan and UBSan
#: tsan | what threads, under TSan
#: headers | each public header alone, gcc and clang, pedantic
#: module | arginfo fresh, no warning, nothing exported but the entry point
#: phpt | the binding
#: valgrind | the binding under valgrind
#: phpunit | the package, with each symfony/console that it allows
#: phpstan | the package at PHPStan's highest level
#: e2e | the sample shop with a real Composer
#: faults | a short slice: the commit killed and failed at its system calls, the sample shop killed at many moments
#: fuzz | a short slice: each fuzz target for five seconds
#: magento | a real Magento, where MAGENTO_ROOT is set
all_parts=(core asan tsan headers module phpt valgrind phpunit phpstan e2e faults fuzz magento)

run_parts() {
	local part
	if [[ ${1:-} == --list ]]; then
		sed -n 's/^#: //p' "$root/.ci/parts.bash"
		return
	fi
	(($#)) || set -- "${all_parts[@]}"
	for part in "$@"; do
		declare -F "part_$part" >/dev/null || die "no such part: $part; ./dev test --list"
	done
	for part in "$@"; do
		printf '\n== %s\n' "$part"
		SECONDS=0
		"part_$part"
		printf -- '-- %s: %d s\n' "$part" "$SECONDS"
	done
	printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
	((failed == 0))
}

# One check: its name, then the command. Its output is the runner's own.
check() {
	local name=$1
	shift
	if "$@" </dev/null; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAILED: %s\n' "$name"
	fi
}

# A check whose output is only of interest when it fails.
quiet() {
	local name=$1 log
	shift
	log=$build/check.$$.log
	mkdir -p "$build"
	if "$@" >"$log" 2>&1 </dev/null; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		cat "$log"
		printf 'FAILED: %s\n' "$name"
	fi
	rm -f "$log"
}

skip() {
	skipped=$((skipped + 1))
	printf 'SKIPPED: %s\n' "$1"
}

core() {
	compgen -G "$root/tests/core/*_test.c" >/dev/null || { echo 'there are no core tests'; return 1; }
	make -C "$root" -f tests/core/Makefile --no-print-directory -j"$(nproc)" test "$@"
}
part_core() { check core core; }
part_asan() { check asan core VARIANT=asan; }
part_tsan() { check tsan core VARIANT=tsan; }
part_headers() { check headers "$root/tests/headers/run"; }

part_module() {
	quiet build build_extension
	quiet 'the extension loads' run_module --ri lockstep
	quiet 'arginfo is fresh' sh "$root/ext/php/arginfo.sh" --check
	quiet 'no warning' no_warning
	quiet 'nothing exported but the entry point' only_entry_point
	quiet 'the sources are formatted' verb_format --check
}

run_module() { php -d "extension=$module" "$@"; }
no_warning() { ! grep 'warning:' "$build/make.log"; }
only_entry_point() { [[ $(nm -D --defined-only "$module" | awk '{print $3}') == get_module ]]; }

phpt() { sh "$root/tests/phpt/run.sh" "$module" "$@"; }
part_phpt() { build_extension; check phpt phpt; }
part_valgrind() { build_extension; VALGRIND=1 check valgrind phpt --set-timeout 300; }

part_phpunit() {
	local console
	build_extension
	need_wrapper
	check 'phpunit' phpunit_in "$root/php-wrapper"
	for console in 4.4 5.4 6.4 7; do
		check "phpunit with symfony/console $console" phpunit_with "$console"
	done
}

phpunit_in() { (cd "$root/php-wrapper" && php -d "extension=$module" "$1/vendor/bin/phpunit" --do-not-cache-result --bootstrap "$1/vendor/autoload.php" tests); }

# The package's tests with its own requirements, but for the console's version; in a project of its own below .build.
phpunit_with() {
	local project=$build/wrapper/console-$1
	mkdir -p "$project"
	php -r '
		[, $package, $project, $console] = $argv;
		$json = json_decode(file_get_contents("$package/composer.json"), true);
		$own = ["type" => "project", "config" => ["lock" => true], "require-dev" => ["phpunit/phpunit" => $json["require-dev"]["phpunit/phpunit"]]];
		$own["require"] = ["symfony/console" => "^$console"] + $json["require"];
		foreach (["autoload", "autoload-dev"] as $section) {
			$own[$section]["psr-4"] = array_map(fn ($path) => "$package/$path", $json[$section]["psr-4"]);
		}
		file_put_contents("$project/composer.json", json_encode($own, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES));
	' "$root/php-wrapper" "$project" "$1"
	if ! cmp -s "$project/composer.json" "$project/composer.json.installed"; then
		COMPOSER_ALLOW_SUPERUSER=1 composer --working-dir="$project" update --quiet --no-interaction --no-progress --no-audit || return
		cp "$project/composer.json" "$project/composer.json.installed"
	fi
	php -r '
		require $argv[1];
		echo "symfony/console ", Composer\InstalledVersions::getPrettyVersion("symfony/console"), "\n";' "$project/vendor/autoload.php"
	phpunit_in "$project"
}

phpstan() { (cd "$root/php-wrapper" && php vendor/bin/phpstan analyse --memory-limit=2G --no-progress --no-ansi); }
part_phpstan() {
	need_wrapper
	check phpstan phpstan
}

# Files of end-to-end tests, as many at once as there are CPUs, the largest first; the output of each is printed whole when it ends.
e2e() { # options of PHPUnit; --; files
	local options=()
	while [[ $1 != -- ]]; do options+=("$1"); shift; done
	shift
	# shellcheck disable=SC2016 # the inner shell's own
	ls -S "$@" | tr '\n' '\0' | LOCKSTEP_MODULE=$module xargs -0 -n 1 -P "$(nproc)" bash -c '
		output=$("${@:2}" 2>&1 </dev/null)
		status=$?
		flock "$1" printf "\n%s\n%s\n" "${@: -1}" "$output"
		exit $((status != 0))
	' e2e "$build" php -d "extension=$module" "$root/php-wrapper/vendor/bin/phpunit" --do-not-cache-result --bootstrap "$root/tests/e2e/bootstrap.php" "${options[@]}"
}
part_e2e() {
	build_extension
	need_wrapper
	check e2e e2e --exclude-group faults -- "$root"/tests/e2e/cases/*Test.php
}
part_faults() {
	build_extension
	need_wrapper
	check 'each allocation fails' "$root/tests/faults/fail-allocations"
	check 'the commit is killed' "$root/tests/faults/kill-commit" "${faults_count:-200}"
	# shellcheck disable=SC2046 # no blanks in their names
	check faults e2e --group faults -- $(grep -l "Group('faults')" "$root"/tests/e2e/cases/*Test.php)
}

part_fuzz() { check fuzz "$root/tests/fuzz/run" --seconds=5; }

part_magento() {
	local script
	if [[ -z ${MAGENTO_ROOT:-} ]]; then
		skip 'magento: MAGENTO_ROOT is not set'
		return
	fi
	build_extension
	need_wrapper
	for script in "$root"/tests/magento/*.bash; do
		[[ $script == */lib.bash ]] || LOCKSTEP_MODULE=$module check "magento: $(basename "$script")" bash "$script"
	done
}
