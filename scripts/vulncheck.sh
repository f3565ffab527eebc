#!/usr/bin/env bash
# Looks for known vulnerabilities in the code that is really called. The database
# is not on the Go module proxy, so behind a proxy-only network the check says
# that it could not run and does not fail.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

if ! curl -fsS --max-time 10 -o /dev/null https://vuln.go.dev/index/db.json 2>/dev/null; then
  say "NOT CHECKED for vulnerabilities: https://vuln.go.dev does not answer"
  exit 0
fi
"$(scripts/tools.sh govulncheck)" "${@:-./...}"
