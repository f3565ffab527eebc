#!/usr/bin/env bash
# Runs the tests with everything they need: gets Prometheus servers, VictoriaMetrics,
# an Alertmanager and Chromium where they are missing, and makes a missing one an error instead of a skipped
# test. Arguments are those of go test.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

SLOFUSE_PROMETHEUS=$(scripts/prometheus.sh)
SLOFUSE_PROMETHEUS_DEBIAN=${SLOFUSE_PROMETHEUS_DEBIAN:-$(scripts/debian.sh prometheus)}
SLOFUSE_VICTORIAMETRICS=${SLOFUSE_VICTORIAMETRICS:-$(scripts/debian.sh victoria-metrics)}
SLOFUSE_ALERTMANAGER=$(scripts/alertmanager.sh)
SLOFUSE_CHROMIUM=$(scripts/chromium.sh)
export SLOFUSE_PROMETHEUS SLOFUSE_PROMETHEUS_DEBIAN SLOFUSE_VICTORIAMETRICS SLOFUSE_ALERTMANAGER SLOFUSE_CHROMIUM SLOFUSE_E2E=1
for program in "$SLOFUSE_PROMETHEUS" "$SLOFUSE_PROMETHEUS_DEBIAN" "$SLOFUSE_VICTORIAMETRICS" "$SLOFUSE_ALERTMANAGER" "$SLOFUSE_CHROMIUM"; do
  say "$program: $("$program" --version 2>&1 | head -n 1)"
done
exec go test -timeout 20m "${@:-./...}"
