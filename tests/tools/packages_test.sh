#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# need_packages of tools/lib.sh: quiet when nothing is missing, installs only what is, through sudo
# when not root, and stops with the names elsewhere. The system's own tools are stand-ins.
set -eu

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir "$tree/bin"

stand_in() {
    printf '#!/bin/sh\n%s\n' "$2" >"$tree/bin/$1"
    chmod +x "$tree/bin/$1"
}

fail() {
    echo "FAIL: $*"
    cat "$tree/log"
    exit 1
}

# need SYSTEM: what need_packages says of three packages on a system, into the log.
need() {
    status=0
    PATH="$tree/bin:/usr/bin:/bin" sh -eu -c '
        . "$1/tools/lib.sh"
        system=$2
        is_debian_12() { [ "$system" = debian ]; }
        need_packages here gone alsogone' test.sh "$TV_SOURCE_DIR" "$1" \
        >"$tree/log" 2>&1 || status=$?
}

# expect STATUS LINE...: how the last call ended, and what it printed.
expect() {
    [ "$status" -eq "$1" ] || fail "exit $status, not $1"
    shift
    [ $# -eq 0 ] || printf '%s\n' "$@" >"$tree/expected"
    [ $# -gt 0 ] || : >"$tree/expected"
    diff -u "$tree/expected" "$tree/log" || fail "printed something else"
}

stand_in apt-get 'echo "apt-get $*"'
stand_in id 'echo 0'

stand_in dpkg-query 'echo installed'
need debian
expect 0
need other
expect 0

# shellcheck disable=SC2016 # the stand-in expands it
stand_in dpkg-query 'case "$*" in *gone*) exit 1 ;; *) echo installed ;; esac'
need debian
expect 0 "Installing with apt-get: gone alsogone" "apt-get update -q" \
    "apt-get install -q -y --no-install-recommends gone alsogone"
need other
expect 2 "test.sh: this is not Debian 12; install what it calls: gone alsogone"

stand_in id 'echo 1000'
# shellcheck disable=SC2016
stand_in sudo 'echo "sudo $1"; exec "$@"'
need debian
expect 0 "Installing with apt-get: gone alsogone" "sudo apt-get" "apt-get update -q" "sudo env" \
    "apt-get install -q -y --no-install-recommends gone alsogone"

stand_in id 'echo 0'
stand_in apt-get 'exit 100'
need debian
expect 2 "Installing with apt-get: gone alsogone" \
    "test.sh: apt-get update failed; needed: gone alsogone"

printf 'ID=debian\nVERSION_ID="12"\n' >"$tree/bookworm"
printf 'ID=debian\nVERSION_ID="13"\n' >"$tree/trixie"
printf 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="12"\n' >"$tree/ubuntu"
. "$TV_SOURCE_DIR/tools/lib.sh"
: >"$tree/log"
is_debian_12 "$tree/bookworm" || fail "Debian 12 is not known as such"
for other in trixie ubuntu nothing; do
    is_debian_12 "$tree/$other" && fail "$other is taken for Debian 12"
done
exit 0
