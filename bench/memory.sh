#!/usr/bin/env bash
# Whether memory stays flat over rows: ten million narrow rows in a heap of 256 MB, rows of 16 MB in a heap of 512 MB, each
# from SQLite to JSON Lines, ledger, digests and verification on.
#
#   bench/memory.sh [--narrow N] [--wide N] [--only "narrow wide"]
#
# Environment: WAYBILL (the command, else ./waybill), WAYBILL_CLASSES (a class path with the driver of SQLite, else the
# application's), BENCH_WORK (a folder to work in, kept; else a temporary one).
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

narrow=10000000 wide=100 only="narrow wide"
while [ $# -gt 0 ]; do
  case $1 in
    --narrow) narrow=$2 ;;
    --wide) wide=$2 ;;
    --only) only=$2 ;;
    *) fail "Unknown argument $1. Known: --narrow --wide --only" ;;
  esac
  shift 2 || fail "$1 needs a value."
done

describe_machine

# one KIND COUNT HEAP
one() {
  local kind=$1 count=$2 heap=$3
  [[ " $only " == *" $kind "* ]] || return 0
  rm -rf "$work/$kind.db" "$work/$kind.jsonl" "$work/.waybill"
  java -cp "$(app_classes)" "$here/Rows.java" "$work/$kind.db" "$kind" "$count" || fail "Cannot make the table."
  printf '%s\n' "waybill: 1" "name: $kind" "stores:" "  lite: \"sqlite:$work/$kind.db\"" "  out: $work" "moves:" \
    "  - name: rows" "    from: \"lite:t\"" "    to: \"out:$kind.jsonl\"" >"$work/$kind.yaml"
  if WAYBILL_JAVA_OPTS="${WAYBILL_JAVA_OPTS:-} -Xmx$heap" JAVA_TOOL_OPTIONS="-Xmx$heap" \
    measure "$work/$kind.run" "$WAYBILL" run -q -f "$work/$kind.yaml"; then
    read -r cpu wall rss <"$work/$kind.run"
    local lines
    lines=$(wc -l <"$work/$kind.jsonl")
    [ "$lines" -eq "$count" ] || fail "The target has $lines rows, and $count were to be written."
    awk "BEGIN { printf \"%s %s rows in -Xmx%s: %.1f rows/s, wall %.1f s, CPU %.1f s, peak memory of the process %d MB\n\", \
      $count, \"$kind\", \"$heap\", $count / $wall, $wall, $cpu, $rss }"
    WAYBILL_JAVA_OPTS="${WAYBILL_JAVA_OPTS:-} -Xmx$heap" JAVA_TOOL_OPTIONS="-Xmx$heap" \
      measure "$work/$kind.verify" "$WAYBILL" verify -q -f "$work/$kind.yaml" || fail "verify failed."
    read -r cpu wall rss <"$work/$kind.verify"
    awk "BEGIN { printf \"  verify: %.1f rows/s, CPU %.1f s, peak memory %d MB\n\", $count / $wall, $cpu, $rss }"
  else
    fail "$count $kind rows in -Xmx$heap: FAILED"
  fi
}

one wide "$wide" 512m
one narrow "$narrow" 256m
