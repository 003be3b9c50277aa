#!/usr/bin/env bash
# The research files, by a plan of 17 lines to a pretend S3: the keys are those of the original script, except where its
# behaviour was a fault. Every such difference is named below; one that is not named fails.
#   WAYBILL_ACCEPTANCE_DATA  the folder of the real inputs
#   WAYBILL                  the waybill to try; default: the one of this source tree
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"

golden=$WAYBILL_ACCEPTANCE_DATA/research-files/tracker_golden.json
root=bluesky_research/2024_nature_paper_study_data
cd "$scratch"
tree lay-golden "$golden" data
cp "$here/research-files.yaml" waybill.yaml
sums data >sources.before

check 'the plan has fewer than 20 lines' test "$(wc -l <waybill.yaml)" -lt 20
check 'the plan is right' "$waybill" lint
check 'plan looks and writes nothing' "$waybill" plan --json
cp out plan.json
check 'plan finds 13 files' test "$(tree sum plan.json moves listed)" -eq 13
check 'nothing stands at the target before the run' sh -c "set -e; '$waybill' ls s3: >listed; test ! -s listed"
check 'run ends well' "$waybill" run --json
tail -n 1 out >run.json
check 'run wrote 13 files' test "$(tree number run.json wrote_items)" -eq 13

# what the original would have made of it: its keys, less its faults
tree golden-keys "$golden" >golden.txt
grep -v 'skipped$' golden.txt | cut -f 1,2 >expected.txt || true
# fault 1: a backslash in a Linux file name became a slash, so feeds/back\slash.txt turned into feeds/back/slash.txt and could
# collide with another file; waybill keeps the name
printf '%s\t5\n' "$root/feeds/back/slash.txt" >fault1.txt
printf '%s\t5\n' "$root/feeds/back\\slash.txt" >right1.txt
# fault 2: an empty file was registered as skipped and never arrived; waybill moves it
printf '%s\t0\n' "$root/feeds/empty.json" >right2.txt
# fault 3: the original chose what to upload with LIKE 'feeds%', which takes feeds_old too once that is registered; waybill
# takes what stands below feeds/ and nothing else
check 'the original had fault 1, the backslash' grep -qxFf fault1.txt expected.txt
check 'the original had fault 2, the empty file' grep -qxF "$root/feeds/empty.json"$'\t0\tskipped' golden.txt
grep -vxFf fault1.txt expected.txt | sort - right1.txt right2.txt >right.txt

check 'the target can be listed' "$waybill" ls s3: --json
cp out listed.json
tree listed listed.json | sort >listed.txt
check 'the keys and sizes are those of the original, less its faults' diff right.txt listed.txt
check 'fault 3 is not ours: a sibling of a prefix stays' sh -c "! grep -q feeds_old listed.txt"
check 'what the original left out stays: wrong dates, other depths, folders not in the list' \
  sh -c "! grep -E 'bad_date|startTimestamp.*cache|readme|nested|ignored|unlisted' listed.txt"

check 'verify reads everything back and finds it the same' "$waybill" verify --read --json
tail -n 1 out >verify.json
check 'verify read 13 files back' test "$(tree number verify.json read_back)" -eq 13
check 'run again ends well' "$waybill" run --json
tail -n 1 out >again.json
check 'run again wrote nothing' test "$(tree number again.json wrote_items)" -eq 0
expect 2 'rollback of a whole run wants its name' "$waybill" rollback r1 --no-input
check 'rollback ends well' "$waybill" rollback r1 --yes=r1 --json
check 'the target is empty as before' sh -c "set -e; '$waybill' ls s3: >listed; test ! -s listed"
check 'run after rollback ends well' "$waybill" run
check 'the same keys stand there again' "$waybill" ls s3: --json
cp out listed.json
tree listed listed.json | sort >listed.txt
check 'the keys are the same as before the rollback' diff right.txt listed.txt
sums data >sources.after
check 'no source changed' diff sources.before sources.after
