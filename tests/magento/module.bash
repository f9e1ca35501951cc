# The module in a copy of the installed Magento that MAGENTO_ROOT names: enabled, compiled, its cron jobs, its pages in a
# headless Chromium (LOCKSTEP_SHOTS=DIR keeps pictures), setup:upgrade, and uninstalled at the end. The copy shares the shop's
# database: what the module stores there goes with it. The shop's own tree is only read.

source "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
shop=$scratch/shop
package=$scratch/package
port=${LOCKSTEP_PORT:-8099}
export COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_HOME=${COMPOSER_HOME:-$scratch/composer} LOCKSTEP_SHOP=$shop
LOCKSTEP_PASSWORD=Lockstep-$RANDOM$RANDOM
export LOCKSTEP_PASSWORD

cp -a --reflink=auto "$MAGENTO_ROOT" "$shop" || exit 1
rm -rf "$shop/var/lockstep" "$shop/generated/code" "$shop/generated/metadata" "$shop/var/cache"
own_lock "$shop"
mkdir "$package" "$scratch/ini"
(cd "$repository/php-wrapper" && find . -mindepth 1 -maxdepth 1 ! -name vendor ! -name tests ! -name composer.lock -exec cp -a {} "$package/" \;)
printf 'extension=%s\nsendmail_path=%s\nmemory_limit=2G\n' "$LOCKSTEP_MODULE" "'$scratch/sendmail'" >"$scratch/ini/lockstep.ini"
export PHP_INI_SCAN_DIR=:$scratch/ini
printf '#!/bin/sh\ncat >>%s/mail\n' "$scratch" >"$scratch/sendmail"
chmod +x "$scratch/sendmail"

magento() { (cd "$shop" && php bin/magento "$@"); }
sql() { php "$repository/tests/magento/module/sql.php" "$shop" "$1"; }
clean_up() {
	[[ -n ${server:-} ]] && kill -- "-$server" 2>/dev/null
	[[ -n ${driver:-} ]] && kill "$driver" 2>/dev/null
	php "$repository/tests/magento/module/accounts.php" "$shop" remove >/dev/null 2>&1
	sql "DELETE FROM setup_module WHERE module = 'Lockstep_MigrationTool'" >/dev/null 2>&1
	sql "DELETE FROM core_config_data WHERE path LIKE 'lockstep/%'" >/dev/null 2>&1
	sql "DELETE FROM cron_schedule WHERE job_code LIKE 'lockstep\\_%'" >/dev/null 2>&1
	sql "DELETE FROM flag WHERE flag_code LIKE 'lockstep\\_%'" >/dev/null 2>&1
	rm -rf "$scratch"
}
trap clean_up EXIT

# Run cron's group, after asking for the jobs by name as the admin's page does.
ask() {
	local job
	for job in "$@"; do
		sql "INSERT INTO cron_schedule (job_code, status, created_at, scheduled_at) VALUES ('lockstep_${job}_requested', 'pending', UTC_TIMESTAMP(), UTC_TIMESTAMP())"
	done
	magento cron:run --group=lockstep >"$scratch/cron" 2>&1
	for _ in {1..300}; do
		[[ -z $(sql "SELECT job_code FROM cron_schedule WHERE job_code LIKE 'lockstep\\_%requested' AND status IN ('pending', 'running')") ]] && return
		sleep 1
	done
}
outcome() { sql "SELECT status FROM cron_schedule WHERE job_code = 'lockstep_${1}_requested' ORDER BY schedule_id DESC LIMIT 1"; }

# Installed by Composer, enabled, compiled.
expect 'Composer takes the package' 0 composer --working-dir="$shop" config repositories.lockstep "{\"type\":\"path\",\"url\":\"$package\",\"options\":{\"symlink\":false}}"
expect 'and installs it' 0 composer --working-dir="$shop" require --no-audit --no-interaction 'lockstep/module-migration-tool:*@dev'
((failed == 0)) || { finish; exit 1; }
magento list migration >"$scratch/out" 2>&1
is 'its commands are there before the module is enabled' "$(grep -c 'migration:tool:upgrade' "$scratch/out")" 1
expect 'module:enable' 0 magento module:enable Lockstep_MigrationTool
expect 'setup:upgrade' 0 magento setup:upgrade
is 'setup:upgrade tells the command to run' "$(grep -c 'does not fit this Magento.*migration:tool:upgrade' "$scratch/out")" 1
expect 'setup:di:compile' 0 magento setup:di:compile
is 'no plugin and no observer in the storefront' "$(grep -rl 'Lockstep' "$shop"/generated/metadata/*frontend*plugin* "$package"/etc/frontend 2>/dev/null | wc -l)" 0

# With setup:upgrade: nothing, or the upgrade itself, afterwards; conflicts are resolved by taking the shop's side.
at() { lockstep --root-dir="$shop" "$@"; }
runs() { find "$shop/var/lockstep/runs" -name '*.json' 2>/dev/null | wc -l; }
mode() {
	sql "DELETE FROM core_config_data WHERE path = 'lockstep/setup_upgrade/mode'"
	sql "INSERT INTO core_config_data (scope, scope_id, path, value) VALUES ('default', 0, 'lockstep/setup_upgrade/mode', '$1')"
	magento cache:clean config >/dev/null 2>&1
}
mode off
before=$(runs)
expect 'setup:upgrade, mode off' 0 magento setup:upgrade --keep-generated
is 'nothing was run' "$(runs)" "$before"
is 'and nothing is told' "$(grep -c 'Data Migration Tool' "$scratch/out")" 0
at migration:tool:status --format=json >"$scratch/out"
from=$(json tool.version) to=$(json target.version)
mode upgrade
expect 'setup:upgrade, mode upgrade' 0 magento setup:upgrade --keep-generated
is 'it tells what comes' "$(grep -c 'is upgraded when setup:upgrade has ended' "$scratch/out")" 1
if grep -q 'ended as refused' "$scratch/out"; then
	is 'only a conflict stops it' "$(find "$shop/var/lockstep/conflicts" -name '*.mine' 2>/dev/null | grep -c .)" "$(find "$shop/var/lockstep/conflicts" -name '*.theirs' 2>/dev/null | grep -c .)"
	grep 'ended as refused' -A 4 "$scratch/out"
	find "$shop/var/lockstep/conflicts" -name '*.mine' | while IFS= read -r mine; do cp "$mine" "${mine%.mine}"; done
	expect 'setup:upgrade again' 0 magento setup:upgrade --keep-generated
fi
is 'it tells what was done' "$(grep -c "went from ${from//\'/} to ${to//\'/}" "$scratch/out")" 1
at migration:tool:status --format=json >"$scratch/out"
is 'the tool is at the target' "$(json tool.version)" "$to"
is 'and matches' "$(json match)" true
expect 'undo' 0 at migration:tool:undo
at migration:tool:status --format=json >"$scratch/out"
is 'the tool is as before' "$(json tool.version)" "$from"
sql "DELETE FROM core_config_data WHERE path = 'lockstep/setup_upgrade/mode'"
magento cache:clean config >/dev/null 2>&1

# The jobs.
expect 'downloads and mail are configured' 0 magento config:set lockstep/notify/recipients admin@example.com
for setting in prune/keep_last=0 prune/keep_daily=1.5 limits/minutes=x backup/parts=full backup/strip=@nothing notify/recipients=nobody 'backup/schedule=0 3 * * 7' 'backup/schedule=*/0 3 * * *' 'backup/schedule=0 0 30 2 *'; do
	expect "refused: $setting" 1 magento config:set "lockstep/${setting%%=*}" "${setting#*=}"
done
for setting in prune/keep_last=3 limits/minutes=120 backup/parts=tool,code,db 'backup/schedule=35 3 * * *'; do
	expect "taken: $setting" 0 magento config:set "lockstep/${setting%%=*}" "${setting#*=}"
done
(unset PHP_INI_SCAN_DIR; ask check)
is 'without the extension the check fails' "$(outcome check)" error
is 'the record says why' "$(grep -lr 'is not loaded' "$shop/var/lockstep/runs" | wc -l)" 1
is 'and the page' "$(sql "SELECT flag_data FROM flag WHERE flag_code = 'lockstep_summary'" | grep -c 'is not loaded')" 1
rm -f "$scratch/mail"
: >"$shop/var/log/lockstep.log"
at migration:tool:backup:list --format=json >"$scratch/out"
before=$(json backups)
ask check backup
is 'cron ran the check' "$(outcome check)" success
is 'and the backup' "$(outcome backup)" success
is 'each left a line in the log' "$(grep -c ' by request: ' "$shop/var/log/lockstep.log")" 2
lockstep --root-dir="$shop" migration:tool:backup:list --format=json >"$scratch/out"
is 'there is one backup more' "$(json backups)" "$((before + 1))"
id=$(php -r 'echo array_slice(json_decode(file_get_contents($argv[1]), true)["backups"], -1)[0]["id"];' "$scratch/out")
tool=$shop/var/lockstep/backups/$id/tool.tar.zst
sql "INSERT INTO core_config_data (scope, scope_id, path, value) VALUES ('default', 0, 'lockstep/backup/directory', '$shop/pub')"
magento cache:clean config >/dev/null 2>&1
ask backup
is 'a backup below pub/ fails' "$(outcome backup)" error
is 'and is told by mail' "$(grep -c '^Subject:.*backup' "$scratch/mail" 2>/dev/null)" 1
sql "DELETE FROM core_config_data WHERE path = 'lockstep/backup/directory'"
magento cache:clean config >/dev/null 2>&1
ask backup prune
is 'a good one again' "$(outcome backup)" success

# One that is killed with all its processes: the page shows it as died, and a button asks for it anew.
sql "INSERT INTO cron_schedule (job_code, status, created_at, scheduled_at) VALUES ('lockstep_backup_requested', 'pending', UTC_TIMESTAMP(), UTC_TIMESTAMP())"
(cd "$shop" && exec setsid php bin/magento cron:run --group=lockstep >/dev/null 2>&1 </dev/null) &
record=
for _ in {1..150}; do
	record=$(grep -ls '"ended": null' "$shop"/var/lockstep/runs/*.json | tail -n 1)
	[[ -n $record ]] && break
	sleep 0.2
done
is 'a run is at work' "${record:+yes}" yes
group=$(ps -o pgid= -p "$(php -r 'echo json_decode(file_get_contents($argv[1]), true)["process"]["pid"];' "$record")" | tr -d ' ')
[[ $group -gt 1 && $group != "$(ps -o pgid= -p $$ | tr -d ' ')" ]] && kill -9 -- "-$group"

# A page of the storefront in a server of its own; then the admin's pages.
printf '<?php register_shutdown_function(static fn () => file_put_contents(%s, implode("\\n", get_included_files()) . "\\n", FILE_APPEND)); return require %s;\n' "'$scratch/included'" "'$shop/phpserver/router.php'" >"$scratch/router.php"
for path in web/unsecure/base_url web/secure/base_url; do
	expect "$path" 0 magento config:set --lock-env "$path" "http://127.0.0.1:$port/"
done
magento cache:flush >/dev/null 2>&1
(cd "$shop" && PHP_CLI_SERVER_WORKERS=4 exec setsid php -S "127.0.0.1:$port" -t pub/ "$scratch/router.php" >"$scratch/server" 2>&1 </dev/null) &
server=$!
for _ in {1..50}; do curl -s --noproxy '*' -o /dev/null "http://127.0.0.1:$port/health_check.php" && break; sleep 0.2; done
server=$(pgrep -f -- "-S 127.0.0.1:$port" | head -n 1)
curl -s --noproxy '*' -o "$scratch/page" "http://127.0.0.1:$port/"
rm -f "$scratch/included"
is 'the storefront answers' "$(curl -s --noproxy '*' -o "$scratch/page" -w '%{http_code}' "http://127.0.0.1:$port/")" 200
is 'it reads two small files of the package, those that Composer loads' "$(grep 'lockstep/module-migration-tool' "$scratch/included" | xargs -n 1 basename 2>/dev/null | sort | xargs)" 'cli_commands.php registration.php'

if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then
	if grep -q "'Magento_TwoFactorAuth' => 1" "$shop/app/etc/config.php"; then
		skip 'the browser: Magento_TwoFactorAuth is enabled'
	else
		browser=$repository/.build/browser
		mkdir -p "$browser"
		[[ -f $browser/vendor/autoload.php ]] || composer --working-dir="$browser" require --quiet --no-interaction php-webdriver/webdriver </dev/null
		CHROMEDRIVER_PORT=$((port + 1))
		export CHROMEDRIVER_PORT
		chromedriver --port="$CHROMEDRIVER_PORT" >"$scratch/driver" 2>&1 </dev/null &
		driver=$!
		sleep 1
		expect 'administrators for the tests' 0 php "$repository/tests/magento/module/accounts.php" "$shop" make
		[[ -z ${LOCKSTEP_SHOTS:-} ]] || mkdir -p "$LOCKSTEP_SHOTS"
		frontname=$(php -r 'echo (require $argv[1])["backend"]["frontName"];' "$shop/app/etc/env.php")
		php "$repository/tests/magento/module/browser.php" "http://127.0.0.1:$port/$frontname/" "$browser/vendor/autoload.php" "${LOCKSTEP_SHOTS:-}" "$id" "$(sha256sum "$tool" | cut -d' ' -f1)" | tee "$scratch/browser"
		passed=$((passed + $(grep -c '^ok' "$scratch/browser"))) failed=$((failed + $(grep -c '^FAILED' "$scratch/browser")))
	fi
else
	skip 'the browser: chromium and chromium-driver are not installed'
fi

# Uninstalled.
expect 'module:uninstall --remove-data' 0 magento module:uninstall --remove-data --no-interaction Lockstep_MigrationTool
is 'its configuration is gone' "$(sql "SELECT COUNT(*) FROM core_config_data WHERE path LIKE 'lockstep/%'")" 0
for table in flag.flag_code cron_schedule.job_code authorization_rule.resource_id; do
	is "nothing of it is in $table" "$(sql "SELECT COUNT(*) FROM ${table%.*} WHERE ${table#*.} LIKE 'lockstep\\_%'")" 0
done
is 'nor are records of runs' "$(find "$shop/var/lockstep/runs" 2>/dev/null)" ''
is 'the package is gone' "$(test -e "$shop/vendor/lockstep/module-migration-tool" && echo there)" ''
is 'the backups are there' "$(test -e "$tool" && echo there)" there
expect 'bin/magento boots' 0 magento --version
finish
