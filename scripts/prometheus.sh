#!/usr/bin/env bash
# Prints the path of a Prometheus server for the end-to-end tests. It takes the
# first of these that works:
#
#   1. $SLOFUSE_PROMETHEUS
#   2. prometheus on the PATH, 2.42 or newer
#   3. a server built from the Go module proxy, kept in $SLOFUSE_CACHE
#   4. the server of Debian's package, unpacked into $SLOFUSE_CACHE: nothing is
#      installed and no service is started
#
# SLOFUSE_PROMETHEUS_FROM=path|build|debian allows one way only.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

readonly version=v0.315.0 # the module's number for 3.15; keep it equal to go.mod
readonly oldest=2.42

# recent FILE succeeds if FILE runs and names a version that is new enough.
recent() {
  local found
  found=$("$1" --version 2>/dev/null | sed -n 's/^prometheus, version \([0-9.]*\).*/\1/p') || return 1
  [ -n "$found" ] && [ "$(printf '%s\n%s\n' "$oldest" "$found" | sort -V | head -n 1)" = "$oldest" ]
}

from_path() {
  local found
  found=$(command -v prometheus) && recent "$found" && printf '%s\n' "$found"
}

# from_module builds in a module of its own, because the server's main package
# cannot be installed as package@version: its module has replace directives.
# Service discovery is left out, which saves half of the build.
from_module() {
  local target work
  target="$(cache_dir)/prometheus/$version/prometheus"
  if [ ! -x "$target" ]; then
    say "building Prometheus $version from the Go module proxy (once; about 3 minutes on 2 cores)"
    mkdir -p "${target%/*}"
    work=$(mktemp -d "${target%/*}/.build.XXXXXX")
    (
      cd "$work"
      export GOFLAGS=-mod=mod GOWORK=off
      go mod init tools
      go get "github.com/prometheus/prometheus/cmd/prometheus@$version"
      go build -trimpath -tags remove_all_sd,netgo -ldflags '-s -w' \
        -o prometheus github.com/prometheus/prometheus/cmd/prometheus
    ) >"$work/log" 2>&1 || {
      tail -n 5 "$work/log" >&2
      rm -rf "$work"
      return 1
    }
    mv "$work/prometheus" "$target"
    rm -rf "$work"
  fi
  "$target" --version >/dev/null 2>&1 && printf '%s\n' "$target"
}

from_debian() {
  local target
  target=$("${BASH_SOURCE%/*}/debian.sh" prometheus) && recent "$target" && printf '%s\n' "$target"
}

if [ -n "${SLOFUSE_PROMETHEUS:-}" ]; then
  recent "$SLOFUSE_PROMETHEUS" || "$SLOFUSE_PROMETHEUS" --version >/dev/null 2>&1 ||
    die "SLOFUSE_PROMETHEUS=$SLOFUSE_PROMETHEUS is not a Prometheus server"
  printf '%s\n' "$SLOFUSE_PROMETHEUS"
  exit
fi
case ${SLOFUSE_PROMETHEUS_FROM:-any} in
path) from_path && exit ;;
build) from_module && exit ;;
debian) from_debian && exit ;;
any) { from_path || from_module || from_debian; } && exit ;;
*) die "SLOFUSE_PROMETHEUS_FROM must be path, build or debian" ;;
esac
die "no Prometheus server of version $oldest or newer: none on the PATH, building it failed
(is the Go module proxy $(go env GOPROXY) reachable?) and so did Debian's package.
Put a server on the PATH or set SLOFUSE_PROMETHEUS=/path/to/prometheus."
