# The rows of databases; sourced by bench.bash. A MariaDB of its own, with 240 MB of dump: numbers, texts, orders.

database=$(mktemp -d)
start_database() {
	local as=() thousands=$((less ? 1 : 100))
	if ((EUID == 0)); then
		as=(--user=mysql)
		chown mysql "$database"
	fi
	chmod 755 "$database"
	TMPDIR=$database mariadb-install-db --no-defaults "${as[@]}" --datadir="$database/data" --auth-root-authentication-method=normal --skip-test-db >"$database/log" 2>&1
	TMPDIR=$database mariadbd --no-defaults "${as[@]}" --datadir="$database/data" --socket="$database/socket" --skip-networking --innodb-buffer-pool-size=256M \
		--innodb-flush-log-at-trx-commit=2 >>"$database/log" 2>&1 </dev/null &
	database_pid=$!
	cleanup+=("$database")
	trap 'kill -9 "$database_pid"; wait "$database_pid" 2>/dev/null || true; rm -rf "${cleanup[@]}"' EXIT
	printf '[client]\nuser=root\nsocket=%s/socket\n[mysql]\ndatabase=bench\n' "$database" >"$database/client.cnf"
	until mariadb --no-defaults -uroot -S "$database/socket" -e 'CREATE DATABASE bench; CREATE DATABASE theirs' 2>/dev/null; do
		kill -0 "$database_pid"
		sleep 0.2
	done
	mariadb --no-defaults -uroot -S "$database/socket" bench <<-SQL
		CREATE TABLE eav_int (value_id int PRIMARY KEY AUTO_INCREMENT, attribute_id smallint, store_id smallint, entity_id int, value int);
		INSERT INTO eav_int (attribute_id, store_id, entity_id, value) SELECT seq % 90, seq % 3, seq DIV 30, CRC32(seq) % 5000 FROM seq_1_to_$((15 * thousands))000;
		CREATE TABLE eav_text (value_id int PRIMARY KEY AUTO_INCREMENT, entity_id int, value mediumtext);
		INSERT INTO eav_text (entity_id, value) SELECT seq, CONCAT('<p>', REPEAT(CONCAT('A product of ', MD5(seq), ' has a description of ', CRC32(seq), ' words. '), 8), MD5(seq * 3), SHA1(seq * 5), '</p>') FROM seq_1_to_$((2 * thousands))000;
		CREATE TABLE sales_order (entity_id int PRIMARY KEY AUTO_INCREMENT, created datetime, email varchar(100), total decimal(20,4), code char(32));
		INSERT INTO sales_order (created, email, total, code) SELECT FROM_UNIXTIME(1600000000 + seq * 37), CONCAT('customer', seq, '@example.com'), seq % 997 / 7, MD5(seq) FROM seq_1_to_$((4 * thousands))000;
	SQL
}

dump=(mariadb-dump --no-defaults -uroot --socket="$database/socket" --single-transaction --quick --hex-blob --routines --events bench)
ours_dump() { rm -rf "${backups:?}"/*; measure ours_dump "${lockstep[@]}" migration:tool:backup --db --defaults-file="$database/client.cnf" --root-dir="$shop" --directory="$backups" --format=json; }
theirs_dump() { measure theirs_dump bash -o pipefail -c 'file=$1; shift; "$@" | zstd -q -3 -T0 -f -o "$file" && sync "$file"' - "$work/theirs/db.zst" "${dump[@]}"; }
ours_load() { measure ours_load "${lockstep[@]}" migration:tool:backup:restore latest --db --defaults-file="$database/client.cnf" --root-dir="$shop" --directory="$backups" --format=json; }
theirs_load() { measure theirs_load bash -o pipefail -c 'zstd -dcq "$1" | mariadb --no-defaults -uroot --socket="$2" theirs' - "$work/theirs/db.zst" "$database/socket"; }

start_database
ours_dump; theirs_dump; forget ours_dump theirs_dump
interleave "$runs" ours_dump theirs_dump
row 'database : mariadb-dump | zstd -3 -T0' ours_dump theirs_dump 1.05
interleave "$runs" ours_load theirs_load
row 'restore of a database : zstd -dc | mariadb' ours_load theirs_load
