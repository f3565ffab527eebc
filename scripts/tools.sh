#!/usr/bin/env bash
# Prints the path of a development tool of a pinned version, building it from the
# Go module proxy where it is missing:
#
#   scripts/tools.sh golangci-lint|govulncheck
#
# The tools are no dependencies of the module: they stay out of go.mod and live in
# $SLOFUSE_CACHE, by default ~/.cache/slofuse.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

case ${1:-} in
golangci-lint) package=github.com/golangci/golangci-lint/v2/cmd/golangci-lint version=v2.15.0 ;;
govulncheck) package=golang.org/x/vuln/cmd/govulncheck version=v1.9.0 ;;
*) die "usage: scripts/tools.sh golangci-lint|govulncheck" ;;
esac

# An analyzer understands the language of the Go version it was built with, so
# another Go version means another build.
target="$(cache_dir)/tools/$(go env GOVERSION)/$version/$1"
if [ ! -x "$target" ]; then
  say "building $1 $version (once; golangci-lint takes about 2 minutes on 2 cores)"
  go_install "$package" "$version" "$target" ||
    die "cannot build $package@$version: it needs Go 1.26 and the Go module proxy ($(go env GOPROXY))"
fi
printf '%s\n' "$target"
