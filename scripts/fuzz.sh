#!/usr/bin/env bash
# Fuzzes every fuzz target of the module, one after the other, because go test
# takes one at a time:
#
#   scripts/fuzz.sh [TIME]     # per target, by default 10s
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

# Go itself now and then fails a target because its time is over, with nothing but
# "context deadline exceeded" and no input that failed (golang.org/issue/75804).
# Such a run is repeated once.
fuzz() { # fuzz NAME PACKAGE TIME
  local log status=0
  log=$(mktemp)
  go test -run '^$' -fuzz "^$1\$" -fuzztime "$3" -fuzzminimizetime 100x "$2" 2>&1 | tee "$log" || status=$?
  if [ "$status" -ne 0 ] && grep -qx ' *context deadline exceeded' "$log" && ! grep -q 'Failing input' "$log"; then
    status=0
    say "once more: the time of $1 was over before Go knew"
    go test -run '^$' -fuzz "^$1\$" -fuzztime "$3" -fuzzminimizetime 100x "$2" || status=$?
  fi
  rm -f "$log"
  return "$status"
}

count=0
while IFS=: read -r file function; do
  name=$(printf '%s' "$function" | sed 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/')
  fuzz "$name" "./$(dirname "$file")" "${1:-10s}"
  count=$((count + 1))
done < <(git grep --untracked -E '^func Fuzz[A-Za-z0-9_]*\(' -- '*_test.go')
[ "$count" -gt 0 ] || die "found no fuzz target"
say "fuzzed $count targets"
