#!/usr/bin/env bash
# Measures what docs/performance.md says, on this machine and a real Prometheus,
# and prints one table a benchmark. Names of benchmarks may be given:
#
#   scripts/bench.sh                     everything, about 40 minutes on 2 cores
#   scripts/bench.sh Reading Rules       some of it
#   scripts/bench.sh Pages               the pages, on the server and in Chromium, 1 minute
#
# Do nothing else on the machine meanwhile: processor times are more steady than
# clock times, but not by much.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

SLOFUSE_PROMETHEUS=$(scripts/prometheus.sh)
SLOFUSE_CHROMIUM=$(scripts/chromium.sh)
LEDGER_ACCOUNTS=${LEDGER_ACCOUNTS:-2000} # of 1,000 functions with an availability and a latency objective each
export SLOFUSE_PROMETHEUS SLOFUSE_CHROMIUM SLOFUSE_E2E=1 LEDGER_ACCOUNTS
[ $# -gt 0 ] || set -- Reading ReadingLatency ReadingCodes ReadingWindows Rules CatchUp Ledger GateAlone GateServer Pages

# run PACKAGE PATTERN TIMES
run() {
  say "$2 …"
  go test "$1" -run '^$' -bench "$2" -benchtime "$3" -timeout 60m | table
}

# table turns the lines of go test into rows: name, then figures with units.
table() {
  awk '/^Benchmark/ {
    name = $1; sub(/^Benchmark/, "", name); sub(/-[0-9]+$/, "", name)
    printf "%s |", name
    for (i = 3; i < NF; i += 2) printf " %s %s |", $i, $(i + 1)
    print ""; next
  }
  /^(---|FAIL|panic|ok)|_test.go:/ { print > "/dev/stderr" }'
}

for name in "$@"; do
  case $name in
  Ledger) run ./evaluator/ledger Fleet 1x ;;
  Rules | CatchUp) run ./cmd/slofuse "^Benchmark$name\$" 1x ;;
  Pages)
    run ./web '^Benchmark(ListOf10000|Detail|SummaryOf10000|ListInChromium|DetailInChromium)$' 20x
    run ./cmd/slofuse '^BenchmarkPagesOfALedger$' 20x
    ;;
  *) run ./cmd/slofuse "^Benchmark$name\$" 20x ;;
  esac
done
