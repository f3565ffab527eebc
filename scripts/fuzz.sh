#!/usr/bin/env bash
# Fuzzes every fuzz target of the module, one after the other, because go test
# takes one at a time:
#
#   scripts/fuzz.sh [TIME]     # per target, by default 10s
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

count=0
while IFS=: read -r file function; do
  name=$(printf '%s' "$function" | sed 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/')
  go test -run '^$' -fuzz "^$name\$" -fuzztime "${1:-10s}" -fuzzminimizetime 100x "./$(dirname "$file")"
  count=$((count + 1))
done < <(git grep --untracked -E '^func Fuzz[A-Za-z0-9_]*\(' -- '*_test.go')
[ "$count" -gt 0 ] || die "found no fuzz target"
say "fuzzed $count targets"
