# Shared by the scripts of this directory; sourced, never run.
# Data goes to stdout, everything a person should read to stderr.

say() { printf '%s\n' "$*" >&2; }

die() {
  say "${0##*/}: $*"
  exit 1
}

# cache_dir is where downloaded and built programs are kept between runs.
cache_dir() {
  printf '%s\n' "${SLOFUSE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/slofuse}"
}

# as_root runs a command as root, or fails without asking for a password.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo -n "$@"
  else
    return 1
  fi
}

# apt_update fetches the package lists, which a fresh container image lacks.
apt_update() {
  as_root apt-get update -qq >&2
}

# go_install PATH VERSION TARGET builds a main package of another module into the
# file TARGET. The binary appears whole or not at all, so that an interrupted
# build leaves nothing half-done behind.
go_install() {
  local work
  mkdir -p "${3%/*}"
  work=$(mktemp -d "${3%/*}/.build.XXXXXX")
  if ! (cd "$work" && GOBIN="$work" GOFLAGS=-mod=mod go install "$1@$2") >&2; then
    rm -rf "$work"
    return 1
  fi
  mv "$work/${1##*/}" "$3"
  rm -rf "$work"
}

# unpack_debian PACKAGE FILE TARGET takes a file out of a package of Debian and
# puts it at TARGET: nothing is installed and no service is started. The package
# lists at hand are tried first: refreshing them costs seconds.
unpack_debian() {
  local work
  command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1 || return 1
  mkdir -p "${3%/*}"
  work=$(mktemp -d "${3%/*}/.unpack.XXXXXX")
  local get=(apt-get -qq -o APT::Sandbox::User=root download "$1")
  (cd "$work" && { "${get[@]}" || { apt_update && "${get[@]}"; }; } &&
    say "unpacking Debian's $(dpkg-deb -W "$1"_*.deb)" &&
    dpkg-deb -x "$1"_*.deb tree) >&2 || {
    rm -rf "$work"
    return 1
  }
  mv "$work/tree/$2" "$3"
  rm -rf "$work"
}
