#!/usr/bin/env bash
# Compares the copy of one table between two databases of one PostgreSQL server: waybill (with its ledger and digests) in turn with
# pgcopydb, pgloader and a JDBC cursor with batch inserts; how fast waybill verifies it; and how many rows a second one core maps.
#
#   bench/rows.sh [--rows N] [--rounds N] [--tools "waybill pgcopydb pgloader jdbc"] [--only "copy verify mapping"]
#
# Marks: 0.9 times the rate of pgcopydb, 3 times pgloader's, 4 times that of the JDBC loop; verify as fast as the copy; 500,000 rows/s mapped.
# Environment: WAYBILL (the command, else ./waybill), BENCH_WORK (a folder to work in, kept; else a temporary one), PGBIN (the folder of
# initdb and postgres, else the newest of /usr/lib/postgresql). The server runs without fsync: this measures clients, not disks.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

rows=2000000 rounds=3 tools="waybill pgcopydb pgloader jdbc" only="copy verify mapping"
while [ $# -gt 0 ]; do
  case $1 in
    --rows) rows=$2 ;;
    --rounds) rounds=$2 ;;
    --tools) tools=$2 ;;
    --only) only=$2 ;;
    *) fail "Unknown argument $1. Known: --rows --rounds --tools --only" ;;
  esac
  shift 2 || fail "$1 needs a value."
done
wanted() { case " $only " in *" $1 "*) return 0 ;; esac; return 1; }

describe_machine
classes=$(app_classes)

if wanted mapping; then
  say
  say "mapping of 8 fields, 4 of them exact decimals or made of them, one thread (mark: 500,000 rows/s); the best of the last rounds counts"
  java -XX:+UseSerialGC -cp "$classes" "$here/Mapping.java" | tee "$work/mapping" || fail "Cannot measure the mapping."
  best=$(awk '{ gsub(",", "", $2); if ($2 + 0 > b) b = $2 + 0 } END { print b }' "$work/mapping")
  awk -v b="$best" 'BEGIN { printf("mapping   %.2f of the mark%s\n", b / 500000, (b >= 500000) ? ", met" : ": missed") }'
fi
wanted copy || wanted verify || exit 0

start_postgres
url() { printf 'postgresql://postgres@127.0.0.1:%s/%s' "$port" "$1"; }
columns="(id bigint PRIMARY KEY, full_name text NOT NULL, email text, city text NOT NULL, zip text, total numeric(12, 2) NOT NULL,
  weight double precision, paid boolean NOT NULL, placed timestamptz NOT NULL, due date, photo bytea)"
sql -c 'CREATE DATABASE src' -c 'CREATE DATABASE dst' && sql src -c "CREATE TABLE orders $columns" && sql dst -c "CREATE TABLE orders $columns" \
  && sql src -c "INSERT INTO orders SELECT n, 'Name ' || n, CASE WHEN n % 3 > 0 THEN 'e' || n || '@example.org' END, 'City ' || n % 17,
    CASE WHEN n % 5 > 0 THEN lpad(n::text, 5, '0') END, n * 1.25, n / 8.0, n % 2 = 0,
    timestamptz '2024-01-01 00:00:00+00' + n * interval '1 minute', date '2024-01-01' + n % 300, decode(md5(n::text), 'hex')
    FROM generate_series(1, $rows) n" -c 'VACUUM ANALYZE orders' || fail "Cannot make the source table."
say "server    $(sql -At -c 'SHOW server_version')"
have=
for tool in $tools; do
  case $tool in
    waybill | jdbc) have="$have $tool" ;;
    pgcopydb | pgloader)
      if command -v "$tool" >/dev/null; then
        have="$have $tool"
        say "$tool  $("$tool" --version 2>/dev/null | grep -m1 -i version)"
      else
        say "$tool  not installed, left out (apt-get install $tool)"
      fi ;;
    *) fail "Unknown tool $tool. Known: waybill pgcopydb pgloader jdbc" ;;
  esac
done
say "work      $rows rows of 11 columns; $rounds rounds in turn; waybill with ledger and digests"

cat >"$work/waybill.yaml" <<YAML
waybill: 1
name: bench
stores: { src: "$(url src)", dst: "$(url dst)" }
moves: [ { from: 'src:orders', to: 'dst:orders' } ]
YAML
cat >"$work/orders.load" <<LOAD
LOAD DATABASE FROM $(url src) INTO $(url dst) WITH data only, workers = 2, concurrency = 2, prefetch rows = 10000
  INCLUDING ONLY TABLE NAMES MATCHING 'orders' IN SCHEMA 'public';
LOAD

copy() {
  case $1 in
    waybill) "$WAYBILL" -f "$work/waybill.yaml" run --progress none ;;
    waybill-write) "$WAYBILL" -f "$work/waybill.yaml" run --until write --progress none ;;
    waybill-verify) "$WAYBILL" -f "$work/waybill.yaml" verify --progress none ;;
    pgcopydb) pgcopydb copy table-data --source "$(url src)" --target "$(url dst)" --table-jobs 2 --dir "$work/pgcopydb" ;;
    pgloader) pgloader "$work/orders.load" ;;
    jdbc) java -XX:+UseSerialGC -cp "$classes" "$here/JdbcCopy.java" "jdbc:$(url src | sed 's#postgres@##')?user=postgres" \
      "jdbc:$(url dst | sed 's#postgres@##')?user=postgres" orders 500 ;;
  esac
}
export -f copy url
export WAYBILL work port classes here

one() {
  local tool=$1 round=$2 before after
  sleep 1
  before=$(server_cpu)
  measure "$work/$tool.$round" bash -c 'copy "$1"' bench "$tool" || {
    case $tool in waybill*) fail "$tool failed." ;; esac
    say "$tool failed, left out of this round"
    return 1
  }
  sleep 1
  after=$(server_cpu)
  awk -v t="$tool" -v n="$rows" -v b="$before" -v a="$after" '{ printf "%s\t%.0f\t%.1f\t%.1f\t%d\t%.1f\n", t, n / $2, $1 / n * 1e6, (a - b) / n * 1e6, $3, $2 }' \
    "$work/$tool.$round" | tee -a "$results" | awk -F'\t' '{ printf "%-15s %9s rows/s  client %5s and server %5s CPU-s per million rows, peak %5s MB, %s s\n", $1, $2, $3, $4, $5, $6 }'
}

# Everybody begins with an empty table, and nothing is left for server and machine to do of the one before.
empty() { sql dst -c 'TRUNCATE orders' -c CHECKPOINT && sync; }
# The first load makes the server's log files, which the others use again: it is nobody's.
sql src -c 'COPY orders TO STDOUT' | sql dst -c 'COPY orders FROM STDIN' || fail "Cannot load the target once."

: >"$results"
for round in $(seq "$rounds"); do
  say
  say "round $round"
  for tool in $have; do
    empty
    rm -rf "$work/.waybill" "$work/pgcopydb"
    if [ "$tool" = waybill ]; then
      one waybill-write "$round"
      wanted verify && one waybill-verify "$round"
      empty
      rm -rf "$work/.waybill"
    fi
    one "$tool" "$round" || continue
    [ "$(sql -At dst -c 'SELECT count(*) FROM orders')" = "$rows" ] || fail "$tool did not copy $rows rows."
  done
done

rate() { awk -F'\t' -v t="$1" '$1 == t { print $2 }' "$results" | median; }
say
say "medians of $rounds rounds; waybill: written and every row verified (verify: end); waybill-write: not verified (verify: off)"
mine=$(rate waybill)
written=$(rate waybill-write)
for peer in pgcopydb:0.9 pgloader:3 jdbc:4; do
  other=$(rate "${peer%:*}")
  [ -n "$other" ] && [ -n "$mine" ] && awk -v p="${peer%:*}" -v m="${peer#*:}" -v a="$mine" -v w="$written" -v b="$other" 'BEGIN {
    printf("against %-9s %.2f times its rate, %.2f without verify (mark %s): %s\n", p, a / b, w / b, m,
      (a / b >= m) ? "met" : (w / b >= m) ? "met without verify" : "missed") }'
done
checked=$(rate waybill-verify)
[ -n "$checked" ] && [ -n "$written" ] && awk -v a="$checked" -v b="$written" 'BEGIN {
  printf("verify            %.2f times the rate of the copy (mark 1): %s\n", a / b, (a >= b) ? "met" : "missed") }'
exit 0
