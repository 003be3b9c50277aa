#!/usr/bin/env bash
# A tree with the names and sizes of a real static tree goes up to a pretend S3, is verified, and comes down again into
# another folder, where it is compared byte by byte.
#   WAYBILL_ACCEPTANCE_DATA  the folder of the real inputs
#   WAYBILL                  the waybill to try; default: the one of this source tree
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"

names=$WAYBILL_ACCEPTANCE_DATA/django/django_static_tree_keys.tsv
cd "$scratch"
tree lay-tsv "$names" up
tree tsv-keys "$names" | sort >expected.txt
files=$(wc -l <expected.txt)
sums up >up.before

plan() { # NAME FROM TO MOVE-FROM MOVE-TO
  printf '%s\n' 'waybill: 1' "name: $1" 'stores:' "  here: $2" "  there: $3" 'moves:' "  - from: \"$4\"" "    to: \"$5\""
}
plan static-up ./up demo-s3:./cloud here: there:static/ >up.yaml
plan static-down demo-s3:./cloud ./down here:static/ 'there:${file.below}' >down.yaml
mkdir down

check "$files files go up" "$waybill" -f up.yaml run --json
tail -n 1 out >up.json
check "run wrote $files files" test "$(tree number up.json wrote_items)" -eq "$files"
check 'the target can be listed' "$waybill" -f up.yaml ls there: --json
cp out listed.json
tree listed listed.json | sed 's|^static/||' | sort >listed.txt
check 'the keys are the paths, the sizes are right' diff expected.txt listed.txt
check 'verify reads everything back and finds it the same' "$waybill" -f up.yaml verify --read --json
tail -n 1 out >verify.json
check "verify read $files files back" test "$(tree number verify.json read_back)" -eq "$files"
check 'the same files come down' "$waybill" -f down.yaml run --json
tail -n 1 out >down.json
check "run wrote $files files" test "$(tree number down.json wrote_items)" -eq "$files"
check 'what came down equals what went up, byte by byte' diff -r up down
check 'verify finds what came down the same' "$waybill" -f down.yaml verify --read
check 'run again writes nothing' "$waybill" -f down.yaml run --json
tail -n 1 out >again.json
check 'run again wrote nothing' test "$(tree number again.json wrote_items)" -eq 0
check 'rollback of the way down' "$waybill" -f down.yaml rollback r1 --yes=r1
check 'nothing is left of it' sh -c "find down -type f | wc -l | grep -qx 0"
sums up >up.after
check 'no source changed' diff up.before up.after
