#!/usr/bin/env bash
# What waybill costs at scale, each figure with its mark: planning, status of a million entries, an unchanged tree again,
# starting, a million files and one sparse file of 20 GB in a heap of 256 MB.
#
#   bench/scale.sh [--few N] [--many N] [--sparse GB] [--rounds N] [--only "start plan status unchanged million sparse"]
#
# Environment: WAYBILL (the command, else ./waybill), BENCH_WORK (a folder to work in, kept; else a temporary one). The million
# files need about 5 GB there; a memory file system such as /dev/shm/bench measures waybill rather than the disk.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

few=100000 many=1000000 sparse=20 rounds=3 only="start plan status unchanged million sparse"
while [ $# -gt 0 ]; do
  case $1 in
    --few) few=$2 ;;
    --many) many=$2 ;;
    --sparse) sparse=$2 ;;
    --rounds) rounds=$2 ;;
    --only) only=$2 ;;
    *) fail "Unknown argument $1. Known: --few --many --sparse --rounds --only" ;;
  esac
  shift 2 || fail "$1 needs a value."
done
export WAYBILL_JAVA_OPTS="${WAYBILL_JAVA_OPTS:-} -Xmx256m"

describe_machine
say "options   $WAYBILL_JAVA_OPTS"
wants() { [[ " $only " == *" $1 "* ]]; }

tree() { [ -d "$1" ] || java_tool Tree "$1" "$2" 16 || fail "Cannot make $2 files in $1."; }

# plan FILE NAME SOURCE TARGET
plan() {
  printf '%s\n' "waybill: 1" "name: $2" "stores:" "  src: $3" "  dst: $4" "moves:" "  - name: files" '    from: "src:"' \
    '    to: "dst:"' >"$1"
}

# judge WHAT VALUE UNIT MARK: less is better.
# A figure that could not be had is said to be missing, never taken for a mark that was met.
judge() { [ -n "$2" ] || { tell "$1" - "not measured"; return; }; awk "BEGIN { printf \"%-62s %10s %-10s mark %s: %s\n\", \"$1\", \"$2\", \"$3\", \"$4\", ($2 <= $4) ? \"met\" : \"missed\" }"; }
judge_more() { [ -n "$2" ] || { tell "$1" - "not measured"; return; }; awk "BEGIN { printf \"%-62s %10s %-10s mark %s: %s\n\", \"$1\", \"$2\", \"$3\", \"$4\", ($2 >= $4) ? \"met\" : \"missed\" }"; }
tell() { printf '%-62s %10s %s\n' "$1" "$2" "$3"; }

# best FIELD FILES...: the least of a field, the one that others on this machine disturbed least.
best() { local field=$1; shift; cut -d' ' -f"$field" "$@" 2>/dev/null | sort -n | head -1; }

if wants start; then
  for round in $(seq $((rounds * 3))); do
    measure "$work/start.$round" "$WAYBILL" version || rm -f "$work/start.$round"
  done
  judge "waybill version, wall, best of $((rounds * 3))" "$(best 2 "$work"/start.?)" s 0.3
  tell "  CPU" "$(best 1 "$work"/start.?)" s
fi

if wants plan; then
  for count in $few $many; do
    tree "$work/tree-$count" "$count"
    mkdir -p "$work/empty"
    plan "$work/plan-$count.yaml" "plan-$count" "$work/tree-$count" "$work/empty"
    for round in $(seq "$rounds"); do
      rm -rf "$work/.waybill"
      measure "$work/plan.$count.$round" "$WAYBILL" plan -q -f "$work/plan-$count.yaml" || {
        rm -f "$work/plan.$count.$round"
        break
      }
    done
    wall=$(best 2 "$work/plan.$count".?)
    cpu=$(best 1 "$work/plan.$count".?)
    [ -n "$wall" ] || { tell "planning $count files" - "FAILED, see above"; continue; }
    judge_more "planning $count files, files a second, wall" "$(awk "BEGIN { printf \"%.0f\", $count / $wall }")" files/s 50000
    tell "  files a CPU-second; CPU $cpu s, wall $wall s" "$(awk "BEGIN { printf \"%.0f\", $count / $cpu }")" files/s
    tell "  peak memory" "$(best 3 "$work/plan.$count".?)" MB
  done
fi

if wants status || wants million; then
  tree "$work/tree-$many" "$many"
  port=$(free_port)
  start_endpoint "$port" bench || fail "Cannot start the endpoint."
  rm -rf "$work/.waybill"
  plan "$work/million.yaml" million "$work/tree-$many" "s3://bench/many?endpoint=http://127.0.0.1:$port"
  if measure "$work/million" "$WAYBILL" run -q -f "$work/million.yaml"; then
    read -r cpu wall rss <"$work/million"
    tell "run of $many files to the endpoint, in -Xmx256m: met; wall" "$wall" s
    tell "  objects a CPU-second (planning included)" "$(awk "BEGIN { printf \"%.0f\", $many / $cpu }")" obj/s
    tell "  peak memory" "$rss" MB
  else
    tell "run of $many files to the endpoint, in -Xmx256m" "FAILED" "see above"
  fi
  for round in $(seq $((rounds * 3))); do
    measure "$work/status.$round" "$WAYBILL" status -f "$work/million.yaml" || rm -f "$work/status.$round"
  done
  judge "status of $many entries, wall, best of $((rounds * 3))" "$(best 2 "$work"/status.?)" s 0.5
  tell "  CPU" "$(best 1 "$work"/status.?)" s
  kill "${servers[-1]}" && unset 'servers[-1]'
fi

if wants unchanged; then
  tree "$work/tree-$few" "$few"
  rm -rf "$work/.waybill" "$work/copy"
  mkdir -p "$work/copy"
  plan "$work/unchanged.yaml" unchanged "$work/tree-$few" "$work/copy"
  measure "$work/first" "$WAYBILL" run -q -f "$work/unchanged.yaml"
  tell "run of $few files, files to files, CPU" "$(cut -d' ' -f1 "$work/first")" s
  for round in $(seq "$rounds"); do
    measure "$work/again.$round" "$WAYBILL" run -q -f "$work/unchanged.yaml" || rm -f "$work/again.$round"
  done
  judge "$few unchanged files run again, wall, best of $rounds" "$(best 2 "$work"/again.?)" s 5
  tell "  CPU" "$(best 1 "$work"/again.?)" s
  rm -rf "$work/copy"
fi

if wants sparse; then
  mkdir -p "$work/sparse"
  truncate -s "${sparse}000000000" "$work/sparse/large.bin"
  port=$(free_port)
  start_endpoint "$port" bench || fail "Cannot start the endpoint."
  rm -rf "$work/.waybill"
  plan "$work/sparse.yaml" sparse "$work/sparse" "s3://bench/sparse?endpoint=http://127.0.0.1:$port"
  if measure "$work/sparse.run" "$WAYBILL" run -q -f "$work/sparse.yaml"; then
    read -r cpu wall rss <"$work/sparse.run"
    tell "one sparse file of $sparse GB to the endpoint, in -Xmx256m: met; wall" "$wall" s
    judge "  CPU a GB" "$(awk "BEGIN { printf \"%.2f\", $cpu / $sparse }")" cpu-s/GB 3
    tell "  peak memory" "$rss" MB
  else
    tell "one sparse file of $sparse GB to the endpoint, in -Xmx256m" "FAILED" "see above"
  fi
fi
