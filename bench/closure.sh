#!/usr/bin/env bash
# Finding what belongs to root rows: 200,000 projects with nodes, what the nodes came from, and files that only a condition of the plan
# leads to, 6 million rows; waybill plan for 1,000 of them, whole command in -Xmx256m, in turn with a loop of single queries (JDBC) and
# with joins written by hand (psql). Then the same with the server a millisecond away, without the indexes that finding needs, and over all
# projects.
#
#   bench/closure.sh [--projects N] [--rounds N] [--only "indexed far bare all"]
#
# Mark: 1,000 of 200,000 projects found in 5 s, as plan tells its own time; the time of the whole command stands beside it.
# Environment: WAYBILL (the command, else ./waybill), WAYBILL_CLASSES (a class path with the driver of PostgreSQL, else the
# application's), BENCH_WORK (a folder to work in, kept; else a temporary one), PGBIN (the folder of initdb and postgres, else the newest of
# /usr/lib/postgresql). The server runs without fsync and may not write while it is read: the role that reads is read-only.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

projects=200000 rounds=3 only="indexed far bare all"
while [ $# -gt 0 ]; do
  case $1 in
    --projects) projects=$2 ;;
    --rounds) rounds=$2 ;;
    --only) only=$2 ;;
    *) fail "Unknown argument $1. Known: --projects --rounds --only" ;;
  esac
  shift 2 || fail "$1 needs a value."
done
wanted() { case " $only " in *" $1 "*) return 0 ;; esac; return 1; }
export WAYBILL_JAVA_OPTS="${WAYBILL_JAVA_OPTS:-} -Xmx256m"

describe_machine
start_postgres

tables="CREATE TABLE projects (id bigint PRIMARY KEY, uuid uuid NOT NULL UNIQUE, name text NOT NULL, batch int NOT NULL,
    created timestamptz NOT NULL, settings jsonb);
  CREATE TABLE nodes (project bigint NOT NULL REFERENCES projects, node int NOT NULL, label text NOT NULL, PRIMARY KEY (project, node));
  CREATE TABLE parents (id bigint PRIMARY KEY, project bigint NOT NULL, node int NOT NULL, note text,
    FOREIGN KEY (project, node) REFERENCES nodes);
  CREATE TABLE files (id bigint PRIMARY KEY, project text NOT NULL, name text NOT NULL, size bigint NOT NULL, soft boolean NOT NULL);"
sql -c 'CREATE DATABASE src' -c 'CREATE DATABASE dst' && sql dst -c "$tables" && sql src -c "$tables" -c "
  INSERT INTO projects SELECT n, md5(n::text)::uuid, 'project ' || n, n % ($projects / 1000), timestamptz '2024-01-01' + n * interval '1 minute',
    jsonb_build_object('theme', n % 7) FROM generate_series(1, $projects) n;
  INSERT INTO nodes SELECT p, n, 'node ' || n FROM generate_series(1, $projects) p, generate_series(1, 10) n;
  INSERT INTO parents SELECT p * 4 + n, p, 1 + n * 2, md5((p * 4 + n)::text) FROM generate_series(1, $projects) p, generate_series(0, 3) n;
  INSERT INTO files SELECT p * 15 + n, md5(p::text)::uuid::text, 'data/' || p || '/' || n || '.bin', p * n, n = 3
    FROM generate_series(1, $projects) p, generate_series(0, 14) n;
  CREATE INDEX files_project ON files (project);
  CREATE INDEX parents_node ON parents (project, node);
  CREATE ROLE reader LOGIN; ALTER ROLE reader SET default_transaction_read_only = on; REVOKE TEMP ON DATABASE src FROM PUBLIC;
  GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader" -c 'VACUUM ANALYZE' || fail "Cannot make the rows."
say "server    $(sql -At -c 'SHOW server_version')"
say "work      $(sql -At src -c 'SELECT (SELECT count(*) FROM projects) + (SELECT count(*) FROM nodes) + (SELECT count(*) FROM parents)
  + (SELECT count(*) FROM files)') rows, 1,000 of $projects projects chosen by where; waybill in -Xmx256m; $rounds rounds in turn"

# plan NAME WHERE BATCH PORT
plan() {
  cat >"$work/$1.yaml" <<YAML
waybill: 1
name: $1
limits: { batch: $3 }
stores: { src: "postgresql://reader@127.0.0.1:$4/src", dst: "postgresql://postgres@127.0.0.1:$4/dst" }
moves:
  - name: project
    rows:
      root: src:projects
      where: $2
      follow: { files: "row.project == string(root.uuid) && !row.soft" }
      to: dst
YAML
}
far=$(free_port)
plan some "row.batch == 7" 100 "$port"
plan more "row.batch == 7" 1000 "$port"
plan far "row.batch == 7" 100 "$far"
plan every "row.id > 0" 100 "$port"
cat >"$work/join.sql" <<'SQL'
COPY (SELECT * FROM projects WHERE batch = 7) TO STDOUT;
COPY (SELECT n.* FROM projects p JOIN nodes n ON n.project = p.id WHERE p.batch = 7) TO STDOUT;
COPY (SELECT r.* FROM projects p JOIN nodes n ON n.project = p.id JOIN parents r ON r.project = n.project AND r.node = n.node WHERE p.batch = 7)
  TO STDOUT;
COPY (SELECT f.* FROM projects p JOIN files f ON f.project = p.uuid::text WHERE p.batch = 7 AND NOT f.soft) TO STDOUT;
SQL
classes=$(app_classes)
find_rows() {
  case $1 in
    waybill | waybill-1000 | waybill-every)
      local name=some
      [ "$1" = waybill-1000 ] && name=more
      [ "$1" = waybill-every ] && name=every
      [ "$2" = far ] && name=far
      "$WAYBILL" -f "$work/$name.yaml" plan --json --progress none | awk '/"millis"/ && !m { m = $2 } /"rows"/ && !r { r = $2 }
        /has no index/ { print } END { gsub(",", "", m); gsub(",", "", r); print r " rows"; print "millis " m }' ;;
    loop*) java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$classes" "$here/Walk.java" \
      "jdbc:postgresql://127.0.0.1:$([ "$2" = far ] && echo "$far" || echo "$port")/src?user=reader" "${1#loop-}" ;;
    joins) psql -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$port" -U reader src -f "$work/join.sql" | awk 'END { print NR " rows" }' ;;
  esac
}
export -f find_rows
export WAYBILL work port far classes here

# one WHO ROUND STAGE ROWS: of a loop over a few projects the rows are not the same.
one() {
  local who=$1 before after
  rm -rf "$work/.waybill"
  before=$(server_cpu)
  measure "$work/$who.$2" bash -c 'find_rows "$1" "$2"' bench "$who" "$3" || fail "$who failed."
  sleep 1
  after=$(server_cpu)
  grep -qx "$4 rows" "$work/$who.$2.out" || fail "$who did not find $4 rows: $(head -3 "$work/$who.$2.out")"
  awk -v t="$who" -v s="$3" -v b="$before" -v a="$after" -v m="$(sed -n 's/^millis //p' "$work/$who.$2.out")" \
    '{ printf "%s\t%s\t%.2f\t%.2f\t%.2f\t%d\t%s\n", s, t, $2, $1, a - b, $3, m == "" ? "" : m / 1000 }' "$work/$who.$2" \
    | tee -a "$results" | awk -F'\t' '{ printf "%-15s %7s s, client %6s and server %6s CPU-s, peak %4s MB%s\n", $2, $3, $4, $5, $6,
      $7 == "" ? "" : sprintf(" (plan itself %.1f s)", $7) }'
}
wall() { awk -F'\t' -v s="$1" -v t="$2" '$1 == s && $2 == t { print $3 }' "$results" | median; }
itself() { awk -F'\t' -v s="$1" -v t="$2" '$1 == s && $2 == t { print $7 }' "$results" | median; }

: >"$results"
if wanted indexed; then
  for round in $(seq "$rounds"); do
    say
    say "round $round, with indexes on files (project) and parents (project, node)"
    for who in waybill waybill-1000 loop-1000 joins; do one "$who" "$round" indexed 29000; done
  done
fi
if wanted far; then
  start delay "$far" java "$here/Delay.java" "$far" "$port" 1 || fail "The delay does not start."
  for round in $(seq "$rounds"); do
    say
    say "round $round, the server a millisecond away"
    for who in waybill loop-1000; do one "$who" "$round" far 29000; done
  done
fi
if wanted bare; then
  sql src -c 'DROP INDEX files_project' -c 'DROP INDEX parents_node'
  for round in $(seq "$rounds"); do
    say
    say "round $round, without them; the loop over 2 projects only"
    for who in waybill waybill-1000; do one "$who" "$round" bare 29000; done
    one loop-2 "$round" bare 58
    one joins "$round" bare 29000
  done
  say
  say "what plan says of it:"
  grep 'has no index' "$work/waybill.1.out"
  sql src -c 'CREATE INDEX files_project ON files (project)' -c 'CREATE INDEX parents_node ON parents (project, node)'
fi
if wanted all; then
  say
  say "all $projects projects, with the indexes"
  one waybill-every 1 all $((projects * 29))
fi

say
wanted indexed && awk -v p="$(itself indexed waybill)" -v w="$(wall indexed waybill)" -v l="$(wall indexed loop-1000)" -v j="$(wall indexed joins)" 'BEGIN {
  printf("1,000 projects found in %.1f s (mark 5 s): %s; the whole command took %.1f s, the loop %.1f s, the joins %.1f s\n", p,
    (p <= 5) ? "met" : "missed", w, l, j) }'
wanted far && awk -v w="$(wall far waybill)" -v l="$(wall far loop-1000)" 'BEGIN {
  printf("a millisecond away the whole command took %.1f s, the loop %.1f s\n", w, l) }'
wanted bare && awk -v w="$(wall bare waybill)" -v m="$(wall bare waybill-1000)" -v l="$(wall bare loop-2)" -v j="$(wall bare joins)" 'BEGIN {
  printf("without indexes %.1f s, with 1,000 at once %.1f s; the loop took %.1f s for 2 of them, the joins %.1f s\n", w, m, l, j) }'
exit 0
