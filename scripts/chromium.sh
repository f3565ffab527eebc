#!/usr/bin/env bash
# Prints the path of a Chromium for the browser tests: $SLOFUSE_CHROMIUM, else one
# on the PATH, else Debian's package, which it installs when it may.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

works() { "$1" --version >/dev/null 2>&1; }

from_path() {
  local name found
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if found=$(command -v "$name") && works "$found"; then
      printf '%s\n' "$found"
      return
    fi
  done
  return 1
}

# install tries the package lists at hand first: refreshing them costs seconds.
install() {
  command -v apt-get >/dev/null 2>&1 || return 1
  say "installing Debian's package chromium"
  local get=(env DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0 install -y -qq --no-install-recommends chromium)
  { as_root "${get[@]}" || { apt_update && as_root "${get[@]}"; }; } >&2 </dev/null
}

if [ -n "${SLOFUSE_CHROMIUM:-}" ]; then
  works "$SLOFUSE_CHROMIUM" || die "SLOFUSE_CHROMIUM=$SLOFUSE_CHROMIUM does not run"
  printf '%s\n' "$SLOFUSE_CHROMIUM"
  exit
fi
from_path && exit
install && from_path && exit
die "no Chromium on the PATH, and the package could not be installed (it needs apt-get,
root or sudo without a password, and a network). Install Chromium or Chrome yourself,
or set SLOFUSE_CHROMIUM=/path/to/chromium."
