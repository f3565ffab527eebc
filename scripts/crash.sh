#!/usr/bin/env bash
# Kills processes with kill -9 at six points of deciding and delivering, and
# prints what came of it as a table in Markdown: the figures of docs/reliability.md.
#
#   scripts/crash.sh [KILLS]     # at each point, by default 200: some minutes
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

table=$(mktemp)
trap 'rm -f "$table"' EXIT
SLOFUSE_CRASH_CYCLES=${1:-200} SLOFUSE_CRASH_TABLE=$table \
  go test ./alerting/journal -run '^TestKilledAnywhereNothingIsLost$' -count 1 -timeout 60m -v >&2
cat "$table"
