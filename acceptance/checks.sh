# What the acceptance scripts share: a scratch folder, the waybill to try, and checks that are counted.
# Sourced by each script; ends it with "N passed, N failed" and with 1 when a check failed.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
waybill=${WAYBILL:-$here/../waybill}
export LC_ALL=C.UTF-8
passed=0
failed=0
scratch=$(mktemp -d "${TMPDIR:-/tmp}/waybill-acceptance.XXXXXX")

finish() {
  local status=$?
  cd /
  if [ "$status" -ne 0 ] || [ "$failed" -gt 0 ]; then
    printf 'kept for a look: %s\n' "$scratch"
  else
    rm -rf "$scratch"
  fi
  [ "$status" -eq 0 ] || failed=$((failed + 1))
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ] || exit 1
}
trap finish EXIT

# check NAME COMMAND...: the command must end with 0
check() {
  expect 0 "$@"
}

# expect CODE NAME COMMAND...: the command must end with this exit code
expect() {
  local code=$1 name=$2 got=0
  shift 2
  "$@" >"$scratch/out" 2>"$scratch/err" || got=$?
  if [ "$got" -eq "$code" ]; then
    passed=$((passed + 1))
    printf 'ok      %s\n' "$name"
  else
    failed=$((failed + 1))
    printf 'FAILED  %s: exit %d instead of %d: %s\n' "$name" "$got" "$code" "$*"
    tail -n 15 "$scratch/out" "$scratch/err" | sed 's/^/        /'
  fi
}

# the trees and lists of the acceptance runs, made and compared by one small Java program
tree() {
  java -Dsun.jnu.encoding=UTF-8 -cp "$scratch/classes" Tree "$@"
}
mkdir "$scratch/classes"
javac -d "$scratch/classes" "$here/Tree.java"

# sums FOLDER: digest and name of every file below it, sorted
sums() {
  (cd "$1" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum --zero | tr '\0\n' '\n\a')
}
