#!/usr/bin/env bash
# Runs the tests with everything they need: gets a Prometheus server and Chromium
# where they are missing, and makes a missing one an error instead of a skipped
# test. Arguments are those of go test.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

SLOFUSE_PROMETHEUS=$(scripts/prometheus.sh)
SLOFUSE_CHROMIUM=$(scripts/chromium.sh)
export SLOFUSE_PROMETHEUS SLOFUSE_CHROMIUM SLOFUSE_E2E=1
say "prometheus: $SLOFUSE_PROMETHEUS"
say "chromium:   $SLOFUSE_CHROMIUM"
exec go test -timeout 20m "${@:-./...}"
