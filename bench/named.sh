#!/usr/bin/env bash
# Files that rows name against the plain move of the same files: small files from a folder to a folder, in turns; the rows
# in SQLite learn of their files after proof. Prints both rates, their ratio (mark: 0.8), CPU-seconds and peak memory.
#
#   bench/named.sh [--files N] [--bytes N] [--rounds N] [--heap 256m]
#
# Environment: WAYBILL (the command, else ./waybill), WAYBILL_CLASSES (a class path with the driver of SQLite, else the
# application's), BENCH_WORK (a folder to work in, kept; else a temporary one).
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

files=200000 bytes=1024 rounds=2 heap=256m
while [ $# -gt 0 ]; do
  case $1 in
    --files) files=$2 ;;
    --bytes) bytes=$2 ;;
    --rounds) rounds=$2 ;;
    --heap) heap=$2 ;;
    *) fail "Unknown argument $1. Known: --files --bytes --rounds --heap" ;;
  esac
  shift 2 || fail "$1 needs a value."
done

describe_machine
java -cp "$(app_classes)" "$here/Named.java" "$work/app.db" "$work/media" "$files" "$bytes" || fail "Cannot make the files."
cp "$work/app.db" "$work/before.db"

plan() {
  printf '%s\n' "waybill: 1" "name: $1" "stores:" "  db: \"sqlite:$work/app.db\"" "  media: $work/media" "  out: $work/out-$1" \
    "moves:" "  - name: files" >"$work/$1.yaml"
}
plan plain
printf '%s\n' '    from: "media:"' '    to: "out:"' >>"$work/plain.yaml"
plan named
printf '%s\n' '    each: db:saved' '    from: media:${row.path}' '    to: out:files/${row.owner}/${row.id}.bin' '    group: row.owner' \
  '    then:' '      - update: source' '        add_columns: true' \
  '        set: { key: "${target.path}", checksum: "${file.sha256}", at: "${run.started}", batch: "${batch.id}" }' >>"$work/named.yaml"

: >"$work/rates"
for round in $(seq "$rounds"); do
  for kind in plain named; do
    rm -rf "$work/out-$kind" "$work/.waybill"
    cp "$work/before.db" "$work/app.db"
    mkdir -p "$work/out-$kind"
    WAYBILL_JAVA_OPTS="${WAYBILL_JAVA_OPTS:-} -Xmx$heap" JAVA_TOOL_OPTIONS="-Xmx$heap" \
      measure "$work/$kind.run" "$WAYBILL" run -q -f "$work/$kind.yaml" || fail "The $kind move failed."
    read -r cpu wall rss <"$work/$kind.run"
    count=$(find "$work/out-$kind" -type f -name '*.bin' | wc -l)
    [ "$count" -eq "$files" ] || fail "The target has $count files, and $files were to be there."
    awk "BEGIN { printf \"round $round  %-5s  %.0f files/s, wall %.1f s, CPU %.1f s, peak memory %d MB\n\", \"$kind\", $files / $wall, $wall, $cpu, $rss }"
    awk "BEGIN { print \"$kind\", $files / $wall }" >>"$work/rates"
  done
done
plain=$(awk '$1 == "plain" { print $2 }' "$work/rates" | median)
named=$(awk '$1 == "named" { print $2 }' "$work/rates" | median)
awk "BEGIN { printf \"named to plain: %.2f (mark 0.8)\n\", $named / $plain }"
