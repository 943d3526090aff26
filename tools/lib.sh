# SPDX-License-Identifier: Apache-2.0
# Sourced by tools/run.sh, tools/test.sh and .ci/run: what they need installed, and how they build.
# Each of them works from any directory; paths here start at $root, which they set.

# What a build, the tests and the benches need, as Debian 12 names it.
TV_PACKAGES="build-essential cmake ninja-build pkg-config libssl-dev libuv1-dev libxxhash-dev \
libinih-dev libjansson-dev libcmocka-dev libbenchmark-dev ca-certificates"

# die MESSAGE...: one line on stderr, exit 2.
die() {
    echo "$(basename "$0"): $*" >&2
    exit 2
}

# missing_packages PACKAGE...: those that are not installed, one a line.
missing_packages() {
    for package in "$@"; do
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=
        [ "$state" = installed ] || echo "$package"
    done
}

# is_debian_12 [OS-RELEASE]
is_debian_12() {
    # shellcheck source=/dev/null
    (. "${1:-/etc/os-release}" && [ "${ID:-}" = debian ] && [ "${VERSION_ID:-}" = 12 ]) 2>/dev/null
}

# as_root COMMAND...: through sudo for everybody but root.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        command -v sudo >/dev/null 2>&1 || die "installing packages needs root or sudo: $*"
        sudo "$@"
    fi
}

# need_packages PACKAGE...: installs what is missing. Touches neither apt nor the network when
# nothing is. On a system other than Debian 12 it names the packages and stops.
need_packages() {
    # shellcheck disable=SC2046 # one package a word
    set -- $(missing_packages "$@")
    [ $# -gt 0 ] || return 0
    if ! is_debian_12; then
        die "this is not Debian 12; install what it calls: $*"
    fi
    echo "Installing with apt-get: $*"
    as_root apt-get update -q || die "apt-get update failed; needed: $*"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" ||
        die "apt-get could not install: $*"
}

# build PRESET [TARGET...]: configures and builds build/PRESET.
build() {
    preset=$1
    shift
    (
        cd "$root"
        mkdir -p build
        cmake --preset "$preset" >"build/$preset.log" 2>&1 || {
            cat "build/$preset.log" >&2
            exit 1
        }
        cmake --build --preset "$preset" ${1:+--target "$@"}
    )
}
