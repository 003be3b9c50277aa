#!/usr/bin/env bash
# Compares the way of one table from PostgreSQL to DynamoDB Local: waybill (exclusive, with its ledger and digests) in turn with
# a plain loop over boto3's batch writer that gets the same rows from psql, on the same two servers.
#
#   bench/dynamodb.sh [--rows N] [--rounds N] [--tools "waybill boto3"] [--delay MS]
#
# Mark: twice the rate of the loop. With --delay each request arrives that much later, as it does at a service that is not on the same
# machine.
# Needs PostgreSQL and psql, the class path of DynamoDB Local (./mvnw -f test-servers/pom.xml -pl dynamodb-local generate-resources), and for
# the loop a Python with boto3 (pip install boto3), which is left out where there is none.
# Environment: WAYBILL (the command, else ./waybill), BENCH_WORK (a folder to work in, kept; else a temporary one), PGBIN (the folder of
# initdb and postgres), PYTHON (else python3).
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

rows=100000 rounds=3 tools="waybill boto3" delay=0
while [ $# -gt 0 ]; do
  case $1 in
    --rows) rows=$2 ;;
    --rounds) rounds=$2 ;;
    --tools) tools=$2 ;;
    --delay) delay=$2 ;;
    *) fail "Unknown argument $1. Known: --rows --rounds --tools --delay" ;;
  esac
  shift 2 || fail "$1 needs a value."
done

describe_machine
classes=$(app_classes)
PYTHON=${PYTHON:-python3}
local_classes=$root/test-servers/dynamodb-local/target/classpath.txt
[ -f "$local_classes" ] || fail "Cannot measure: $local_classes is not there. ./mvnw -f test-servers/pom.xml -pl dynamodb-local generate-resources"

start_postgres
export PGHOST=127.0.0.1 PGPORT=$port PGUSER=postgres PGDATABASE=postgres
psql -q -v ON_ERROR_STOP=1 -c "CREATE TABLE orders (id bigint PRIMARY KEY, full_name text NOT NULL, email text, city text NOT NULL, zip text,
  total numeric(12, 2) NOT NULL, weight double precision, paid boolean NOT NULL, placed timestamptz NOT NULL, due date, photo bytea)" \
  -c "INSERT INTO orders SELECT n, 'Name ' || n, CASE WHEN n % 3 > 0 THEN 'e' || n || '@example.org' END, 'City ' || n % 17,
    CASE WHEN n % 5 > 0 THEN lpad(n::text, 5, '0') END, n * 1.25, n / 8.0, n % 2 = 0,
    timestamptz '2024-01-01 00:00:00+00' + n * interval '1 minute', date '2024-01-01' + n % 300, decode(md5(n::text), 'hex')
    FROM generate_series(1, $rows) n" -c 'ANALYZE orders' || fail "Cannot make the source table."
dynamo=$(free_port)
start dynamodb "$dynamo" java -Xmx2g -XX:+UseSerialGC -cp "$(cat "$local_classes")" software.amazon.dynamodb.services.local.main.ServerRunner \
  -inMemory -sharedDb -disableTelemetry -port "$dynamo" || fail "DynamoDB Local does not start."
server=${servers[-1]}
endpoint=http://127.0.0.1:$dynamo
if [ "$delay" -gt 0 ]; then
  far=$(free_port)
  start delay "$far" java -XX:+UseSerialGC "$here/Delay.java" "$far" "$dynamo" "$delay" || fail "The delay does not start."
  endpoint=http://127.0.0.1:$far
fi
table() { java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$classes" "$here/DynamoTable.java" "$1" "$endpoint" orders id 2>"$work/table.err"; }

have=
for tool in $tools; do
  case $tool in
    waybill) have="$have waybill" ;;
    boto3)
      if "$PYTHON" -c 'import boto3' 2>/dev/null; then
        have="$have boto3"
        say "boto3     $("$PYTHON" -c 'import boto3, sys; print(boto3.__version__, "on Python", sys.version.split()[0])')"
      else
        say "boto3     not there, left out (pip install boto3, or name a Python that has it in PYTHON)"
      fi ;;
    *) fail "Unknown tool $tool. Known: waybill boto3" ;;
  esac
done
say "work      $rows rows of 11 columns, $rounds rounds in turn; waybill with ledger and digests; the loop proves and keeps nothing; requests delayed by $delay ms"

cat >"$work/waybill.yaml" <<YAML
waybill: 1
name: bench
stores:
  shop: "postgresql://postgres@127.0.0.1:$port/postgres"
  cloud: { type: dynamodb, endpoint: "$endpoint" }
moves: [ { from: 'shop:orders', to: 'cloud:orders', exclusive: true } ]
YAML

copy() {
  case $1 in
    waybill) "$WAYBILL" -f "$work/waybill.yaml" run --progress none ;;
    waybill-write) "$WAYBILL" -f "$work/waybill.yaml" run --progress none --set verify=off ;;
    boto3) psql -qc 'COPY orders TO STDOUT (FORMAT csv, HEADER)' | "$PYTHON" "$here/dynamodb_loop.py" "$endpoint" orders ;;
  esac
}
export -f copy
export WAYBILL PYTHON work here endpoint
server_cpu() { awk '{ print ($14 + $15) / 100 }' "/proc/$server/stat"; }

one() {
  local tool=$1 round=$2 before count
  table new || fail "Cannot make the target table: $(tail -1 "$work/table.err")"
  rm -rf "$work/.waybill"
  before=$(server_cpu)
  measure "$work/$tool.$round" bash -c 'copy "$1"' bench "$tool" || fail "$tool failed."
  awk -v t="$tool" -v n="$rows" -v b="$before" -v a="$(server_cpu)" '{ printf "%s\t%.0f\t%.2f\t%.2f\t%d\n", t, n / $2, $1, a - b, $3 }' "$work/$tool.$round" \
    | tee -a "$results" | awk -F'\t' '{ printf "  %-14s %8s items/s  client %6s and server %6s CPU-s, peak %5s MB\n", $1, $2, $3, $4, $5 }'
  count=$(table count)
  [ "$count" = "$rows" ] || fail "$tool wrote $count items of $rows."
}

: >"$results"
# the server compiles itself at first; whoever came first would pay for it
for tool in $have; do table new && copy "$tool" >/dev/null 2>&1; rm -rf "$work/.waybill"; done
for round in $(seq "$rounds"); do
  say
  say "round $round"
  for tool in $have; do
    [ "$tool" != waybill ] || one waybill-write "$round"
    one "$tool" "$round"
  done
done

rate() { awk -F'\t' -v t="$1" '$1 == t { print $2 }' "$results" | median; }
say
say "medians of $rounds rounds; waybill: every item written and verified (verify: end); waybill-write: not verified (verify: off)"
mine=$(rate waybill) written=$(rate waybill-write) other=$(rate boto3)
if [ -n "$other" ] && [ -n "$mine" ]; then
  awk -v a="$mine" -v w="$written" -v b="$other" 'BEGIN {
    printf "items/s           waybill %d, without verify %d, boto3 %d\n", a, w, b
    printf("against the loop  %.2f times its rate, %.2f without verify (mark 2): %s\n", a / b, w / b,
      (a / b >= 2) ? "met" : (w / b >= 2) ? "met without verify" : "missed") }'
else
  say "items/s           waybill ${mine:-not measured}, without verify ${written:-not measured}; no ratio without the loop"
fi
