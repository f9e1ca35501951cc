# Trees of other Magentos, whose PHP is not here: MAGENTO_TREES names them, separated by colons. They are only read.

source "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
if [[ -z ${MAGENTO_TREES:-} ]]; then
	skip 'trees: MAGENTO_TREES is not set'
	finish
	exit
fi
IFS=: read -r -a trees <<<"$MAGENTO_TREES"
for tree in "${trees[@]}"; do
	name=$(basename "$tree")
	copy=$scratch/$name
	cp -a --reflink=auto "$tree" "$copy" || exit 1
	at() { lockstep --root-dir="$copy" "$@"; }
	expect "$name: status" 0 at migration:tool:status --format=json
	[[ $(json magento.version) == "'2."* ]] && ok "$name: Magento's version, $(json magento.version)" || not_ok "$name: Magento's version" "$(json magento.version)"
	before=$(fingerprint "$copy")
	expect "$name: upgrade refuses" 4 at migration:tool:upgrade --format=json
	grep -qE 'PHP|Composer' "$scratch/out" && ok "$name: and names PHP or Composer" || not_ok "$name: and names PHP or Composer" "$(head -c 600 "$scratch/out")"
	is "$name: nothing changed" "$(fingerprint "$copy")" "$before"
	expect "$name: backup" 0 at migration:tool:backup --code
	expect "$name: restore" 0 at migration:tool:backup:restore latest --to="$scratch/restored"
	is "$name: the same bytes" "$(fingerprint "$scratch/restored")" "$before"
	rm -rf "$copy" "$scratch/restored"
done
finish
