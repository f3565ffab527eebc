#!/usr/bin/env bash
# Takes the pictures of the README from a demo that it starts for the while, which
# takes about a minute:
#
#   scripts/screenshots.sh [-all] [-out FOLDER]     # by default docs/images
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

chromium=$(scripts/chromium.sh)
address=${SLOFUSE_DEMO_ADDRESS:-127.0.0.1:8490}
work=$(mktemp -d)
demo=
trap '[ -z "$demo" ] || kill "$demo" 2>/dev/null || true; rm -rf "$work"' EXIT

go build -o "$work/slofuse" ./cmd/slofuse
"$work/slofuse" demo --web.listen-address "$address" >"$work/log" 2>&1 &
demo=$!
go run ./internal/screenshots -url "http://$address" -chromium "$chromium" "$@" || {
  cat "$work/log" >&2
  die "no pictures were taken"
}
