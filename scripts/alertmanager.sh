#!/usr/bin/env bash
# Prints the path of an Alertmanager for the end-to-end tests: $SLOFUSE_ALERTMANAGER,
# else one on the PATH, else Debian's package, which it installs when it may. It is
# installed and not unpacked, because it reads its templates from a fixed place; its
# service is kept from starting.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

works() { "$1" --version 2>&1 | grep -q '^alertmanager, version'; }

from_path() {
  local name found
  for name in prometheus-alertmanager alertmanager; do
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
  say "installing Debian's package prometheus-alertmanager"
  if command -v systemctl >/dev/null 2>&1; then
    as_root systemctl mask prometheus-alertmanager.service >/dev/null 2>&1 || true
  fi
  local get=(env DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0 install -y -qq --no-install-recommends prometheus-alertmanager)
  { as_root "${get[@]}" || { apt_update && as_root "${get[@]}"; }; } >&2 </dev/null
}

if [ -n "${SLOFUSE_ALERTMANAGER:-}" ]; then
  works "$SLOFUSE_ALERTMANAGER" || die "SLOFUSE_ALERTMANAGER=$SLOFUSE_ALERTMANAGER is not an Alertmanager"
  printf '%s\n' "$SLOFUSE_ALERTMANAGER"
  exit
fi
from_path && exit
install && from_path && exit
die "no Alertmanager on the PATH, and the package could not be installed (it needs apt-get,
root or sudo without a password, and a network). Install Alertmanager yourself, or set
SLOFUSE_ALERTMANAGER=/path/to/alertmanager."
