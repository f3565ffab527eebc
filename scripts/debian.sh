#!/usr/bin/env bash
# Prints the path of a server of Debian's, unpacked into $SLOFUSE_CACHE:
#
#   scripts/debian.sh prometheus|victoria-metrics
#
# The tests over several backends want old servers beside the new one. Debian 12
# has Prometheus 2.42 and VictoriaMetrics 1.79; what was unpacked is said.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

case ${1:-} in
prometheus | victoria-metrics) ;;
*) die "usage: scripts/debian.sh prometheus|victoria-metrics" ;;
esac

target="$(cache_dir)/debian/$1"
[ -x "$target" ] || unpack_debian "$1" "usr/bin/$1" "$target" ||
  die "cannot unpack Debian's package $1: it needs apt-get, dpkg-deb and Debian's mirror.
Set SLOFUSE_PROMETHEUS_DEBIAN or SLOFUSE_VICTORIAMETRICS to a server of your own."
printf '%s\n' "$target"
