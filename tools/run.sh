#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh
# Installs what is missing (Debian 12), builds build/release, and shows the program at work: the
# system's own truststore is audited, and the clients of corpus/demo are judged against its
# truststores. What it writes lies in build/demo. Exits 0 when both could be done, whatever was
# found, and 2 otherwise.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/tools/lib.sh"

# The demo is judged at a fixed time, so that its table is the same on every day.
demo_time=2026-06-01T00:00:00Z
system_truststore=/etc/ssl/certs/ca-certificates.crt

# shellcheck disable=SC2086 # one package a word
need_packages $TV_PACKAGES
build release trustval || die "the build in build/release failed"
trustval=$root/build/release/trustval
cd "$root"
mkdir -p build/demo

# show TITLE FILES COMMAND...: runs a command that writes FILES, below its title.
show() {
    title=$1
    files=$2
    shift 2
    printf '\n== %s\n$ %s\n' "$title" "$*" | sed "s|$root/build/release/||"
    found=0
    "$@" || found=$?
    case $found in
    0) echo "(exit 0: nothing was found)" ;;
    1) echo "(exit 1: something was found, which is what the tables above tell; no failure)" ;;
    *) die "trustval failed with exit code $found" ;;
    esac
    for file in $files; do
        [ -s "$file" ] || die "$file was not written"
        echo "wrote $root/$file"
    done
}

[ -r "$system_truststore" ] || die "there is no $system_truststore; install ca-certificates"
show "The truststore of this system: $(grep -c BEGIN "$system_truststore") entries" \
    "build/demo/system.csv build/demo/system.ndjson" \
    "$trustval" audit "$system_truststore" \
    -o text=- -o csv=build/demo/system.csv -o ndjson=build/demo/system.ndjson

set --
for store in corpus/demo/truststores/*.pem; do
    [ -r "$store" ] || die "there is no demo: corpus/demo/truststores holds no .pem file"
    set -- "$@" --trust "$store"
done
show "Clients and truststores of the demo, at $demo_time" \
    "build/demo/matrix.csv build/demo/matrix.ndjson" \
    "$trustval" verify --at "$demo_time" "$@" corpus/demo/clients \
    -o text=- -o csv=build/demo/matrix.csv -o ndjson=build/demo/matrix.ndjson
