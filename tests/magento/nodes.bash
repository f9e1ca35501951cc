# Two nodes of a shop: a copy of the installed Magento that MAGENTO_ROOT names, one MariaDB, and two processes in namespaces of
# their own (mounts, processes, host name). Node B sees the shop through a file system in user space that does not pass flock
# on, as some shared ones do: Magento's lock alone keeps the two apart. The copy shares the shop's database, and writes nothing
# to it. The shop's own tree is only read.

source "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
shop=$scratch/shop
lock="copy$$|lockstep_$(php -r 'echo preg_replace("/\W/", "_", (require "$argv[1]/app/etc/env.php")["db"]["connection"]["default"]["dbname"]);' "$MAGENTO_ROOT")"
hindrance=$(unshare -mpuf --mount-proc sh -c 'mount --make-rprivate / && mount -t tmpfs none /mnt' 2>&1)
if [[ -n $hindrance ]] || ! command -v bindfs >/dev/null; then
	skip "two nodes: no namespaces or no bindfs here ($hindrance)"
	finish
	exit
fi
cp -a --reflink=auto "$MAGENTO_ROOT" "$shop" || exit 1
rm -rf "$shop/var/lockstep"
own_lock "$shop"
(cd "$shop" && php bin/magento --version >/dev/null) # its caches are warm

sql() { php "$repository/tests/magento/module/sql.php" "$shop" "$1"; }
# Both are there until the end, as machines are; b's mount is another file system.
declare -A init=()
for name in a b; do
	# shellcheck disable=SC2016 # the inner shell's own
	unshare -mpuf --mount-proc sh -c '
		hostname "node-$1" && mount --make-rprivate / || exit
		if [ "$1" = b ]; then bindfs "$2" "$2" || exit; fi
		touch "$3/$1.up"
		exec sleep infinity' sh "$name" "$shop" "$scratch" 2>"$scratch/$name.err" &
	outer=$!
	for _ in {1..200}; do [[ -e $scratch/$name.up ]] && break; sleep 0.05; done
	init[$name]=$(pgrep -P "$outer")
done
trap 'kill -KILL "${init[@]}"; wait; rm -rf "$scratch"' EXIT
node() { nsenter -t "${init[$1]}" -m -p -u "${@:2}"; }
on() { node "$1" php -d "extension=$LOCKSTEP_MODULE" "$repository/php-wrapper/bin/lockstep" "migration:tool:$2" -n --root-dir="$shop" "${@:3}"; }
command_of_a() { pgrep -f -- "bin/lockstep migration:tool:$1 -n --root-dir=$shop" | while read -r pid; do [[ $(readlink "/proc/$pid/exe") == *php* ]] && echo "$pid"; done; }
# stopped_at STEP COMMAND...: node A's command, halted when it tells that the step begins.
stopped_at() {
	local step=$1
	shift
	on a "$@" >"$scratch/a.out" 2>"$scratch/a.err" </dev/null &
	a=$!
	for _ in {1..3000}; do
		grep -q "$step" "$scratch/a.err" && break
		kill -0 $a 2>/dev/null || break
		sleep 0.02
	done
	pid=$(command_of_a "$1")
	if kill -STOP "$pid" 2>/dev/null; then ok "node A works: $1, halted at \"$step\""; else not_ok "node A works: $1" "$(tail -n 5 "$scratch/a.err")"; fi
}
goes_on() {
	# shellcheck disable=SC2046 # a number
	kill -CONT "$pid" $(pgrep -P "$a") # nsenter halts with its child
	wait "$a"
	got=$?
}
tree() { fingerprint "$shop"; }
# The same from metadata alone, inodes and times too: for what must not have been touched.
untouched() { (cd "$shop" && find . \( -path ./var -o -path ./generated -o -path ./pub/static -o -path ./pub/media \) -prune -o ! -type d -printf '%p %m %s %T@ %i %l\n' | LC_ALL=C sort | sha256sum); }
# The connection that holds the lock; waits until there is one.
connection() {
	local id=
	for _ in {1..600}; do
		id=$(sql "SELECT IS_USED_LOCK('$lock')")
		[[ -n $id ]] && break
		sleep 0.05
	done
	echo "${id:-0}"
}

expect 'a backup, for later' 0 on a backup --format=json
expect 'another one' 0 on b backup --full
expect 'status on node B' 0 on b status
before=$(tree) untouched=$(untouched)

stopped_at Verify upgrade --on-conflict=mine
is 'the kernel of node A refuses a second flock' "$(node a flock -n "$shop" true; echo $?)" 1
is 'that of node B knows nothing of it' "$(node b flock -n "$shop" true; echo $?)" 0
is 'the lock is in MariaDB' "$(($(connection) > 0))" 1
for command in upgrade backup recover 'backup:restore latest' 'backup:prune --keep-last=1'; do
	# shellcheck disable=SC2086 # several words
	expect "node B meanwhile: $command" 7 on b $command
	is '… is told who works' "$(grep -c 'Another node works on this shop ("migration:tool:upgrade" on node-a, process .*holds the lock' "$scratch/err")" 1
done
expect 'node B may read' 0 on b status
is 'and changed nothing' "$(untouched)" "$untouched"
is 'nor took anything of node A away' "$(ls "$shop/var/lockstep/backups" | wc -l) $(ls "$shop/var/lockstep/stage" | wc -l)" "3 1"
goes_on
is 'node A goes on and ends its upgrade' "$got" 0
expect 'node B then takes it back' 0 on b undo
is 'everything is as before the upgrade' "$(tree)" "$before"

for what in 'upgrade --on-conflict=mine' undo; do
	word=${what%% *}
	if [[ $word == undo ]]; then
		expect 'node A upgrades' 0 on a upgrade --on-conflict=mine
		step=Check
	else
		step=Verify
	fi
	untouched=$(untouched)
	# shellcheck disable=SC2086 # several words
	stopped_at "$step" $what
	sql "KILL $(connection)"
	goes_on
	is "the connection of node A's lock was killed: $word stops" "$got" 7
	is '… and says so' "$(grep -c 'The lock of all nodes was lost.*Nothing was changed' "$scratch/a.err")" 1
	is '… changed nothing' "$(untouched)" "$untouched"
	is '… and left no journal' "$([[ -e $shop/var/lockstep/journal ]] && echo yes)" ''
done
expect 'the lock is free again' 0 on b undo

stopped_at Merge upgrade --on-conflict=mine
kill -KILL "$pid"
wait "$a"
for _ in {1..100}; do [[ -z $(sql "SELECT IS_USED_LOCK('$lock')") ]] && break; sleep 0.05; done
is 'node A died: its lock is free' "$(sql "SELECT IS_USED_LOCK('$lock')")" ''
expect 'node B recovers' 0 on b recover
is 'its stage is gone' "$(ls "$shop/var/lockstep/stage" | grep -cvxFf <(ls "$shop/var/lockstep/undo"))" 0
is 'and what it had written of itself' "$(cd "$shop/var/lockstep" && ls | grep -c '^node-')" 0

# The other backends, through the interface alone: somebody holds the lock, then nobody.
# shellcheck disable=SC2016 # PHP's own
hold='require "$argv[1]/app/bootstrap.php"; $lock = Magento\Framework\App\Bootstrap::create($argv[1], $_SERVER)->getObjectManager()->get(Magento\Framework\Lock\LockManagerInterface::class);
	$lock->lock($argv[2], 0) || exit(1); touch($argv[3]); fgets(STDIN); $lock->unlock($argv[2]);'
mkdir "$scratch/locks"
for backend in "{\"provider\":\"file\",\"config\":{\"path\":\"$scratch/locks\"}}" '{"provider":"cache"}'; do
	own_lock "$shop" "$backend"
	rm -f "$scratch/held" "$scratch/go"
	mkfifo "$scratch/go"
	php -r "$hold" -- "$shop" "${lock#*|}" "$scratch/held" <"$scratch/go" &
	holder=$!
	exec {go}>"$scratch/go"
	for _ in {1..200}; do [[ -e $scratch/held ]] && break; sleep 0.05; done
	expect "$backend, held" 7 on a backup
	exec {go}>&-
	wait $holder
	is '… by Magento' "$?" 0
	expect '… free' 0 on a backup
done
own_lock "$shop" '{"provider":"nonsense"}'
expect 'a backend that there is not: the work goes on' 0 on a backup
is '… and it is told' "$(grep -c 'lock of all nodes could not be taken (Unknown locks provider: nonsense)' "$scratch/err")" 1

finish
