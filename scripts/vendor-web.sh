#!/bin/sh
# Fetches the browser libraries that the pages use from the npm registry, checks
# them against the hashes below, and puts them and their licences under
# web/site/static/vendor. To update one, change its version and hash here.
set -eu

cd "$(dirname "$0")/.."
into=web/site/static/vendor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# fetch PACKAGE VERSION SHA512 FILE...
fetch() {
	package=$1 version=$2 want=$3
	shift 3
	(cd "$work" && npm pack --silent "$package@$version" >/dev/null)
	archive=$work/$(echo "$package" | sed 's/^@//; s,/,-,')-$version.tgz
	got=$(openssl dgst -sha512 -binary "$archive" | base64 -w0)
	if [ "$got" != "$want" ]; then
		echo "$package $version: the archive has sha512 $got, expected $want" >&2
		exit 1
	fi
	mkdir "$work/$package" && tar -xzf "$archive" -C "$work/$package" --strip-components=1
	for file in "$@"; do
		cp "$work/$package/$file" "$into/"
	done
	cp "$work/$package/LICENSE" "$into/$package.LICENSE"
}

mkdir -p "$into"
fetch uplot 1.6.32 KIMVnG68zvu5XXUbC4LQEPnhwOxBuLyW1AHtpm6IKTXImkbLgkMy+jabjLgSLMasNuGGzQm/ep3tOkyTxpiQIw== dist/uPlot.iife.min.js dist/uPlot.min.css
chmod 644 "$into"/*
ls -l "$into"

# Only the tests load this one; it is not served.
into=web/testdata/axe
mkdir -p "$into"
fetch axe-core 4.14.1 FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ== axe.min.js
chmod 644 "$into"/*
ls -l "$into"
