#!/usr/bin/env bash
# ./dev demo: the product's main job on a sample shop, told as a story.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
keep=
for argument in "$@"; do
	case $argument in
	--keep) keep=yes ;;
	*) printf 'demo: unknown argument: %s\n' "$argument" >&2; exit 64 ;;
	esac
done

work=$(mktemp -d "${TMPDIR:-/tmp}/lockstep-demo.XXXXXX")
shop=$work/shop
finish() {
	if [[ $keep ]]; then
		printf '\nThe shop is kept: %s\n' "$shop"
	else
		rm -rf "$work"
	fi
}
trap finish EXIT

bold='' plain='' dim=''
[[ -t 1 ]] && bold=$'\e[1m' plain=$'\e[0m' dim=$'\e[2m'

story() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

# Shows the command as a user types it, and runs it with the extension just built.
magento() {
	printf '%s$ bin/magento %s%s\n\n' "$dim" "$*" "$plain"
	(cd "$shop" && php -d "extension=$root/.build/modules/lockstep.so" bin/magento "$@")
}

# What a later line wants to show is no reason to stop: status --check ends with 2 by contract.
may_fail() { "$@" || printf '(exit code %d)\n' $?; }

story 'A shop with Magento 2.4.6 and a tool that is one release behind, customized by its users'
php "$root/tests/site/make.php" "$shop"

story '1. Where does it stand?'
may_fail magento migration:tool:status --check

story '2. What did the users change in the tool?'
magento migration:tool:diff
printf '\n'
magento migration:tool:diff src/Migration/Handler/ShippingMethod.php

story '3. The upgrade: one command; nothing is changed in place, everything is merged and verified beside'
magento migration:tool:upgrade -n

story '4. Where does it stand now?'
magento migration:tool:status --check

story '5. The customizations are there, on top of the new release'
magento migration:tool:diff

story '6. The old tool is in a backup that any tar reads'
magento migration:tool:backup:list
printf '\n'
magento migration:tool:backup:verify
printf '\n%s$ tar --zstd -tf var/lockstep/backups/*/tool.tar.zst | tail -n 3%s\n\n' "$dim" "$plain"
tar --zstd -tf "$shop"/var/lockstep/backups/*/tool.tar.zst | tail -n 3

story '7. And the new release runs'
magento migrate:settings vendor/magento/data-migration-tool/etc/opensource-to-opensource/1.9.4.4/config.xml
printf '\nDone in %d s.\n' "$SECONDS"
