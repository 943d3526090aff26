#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test.sh [PRESET] [CTEST OPTION...]
# Installs what is missing (Debian 12), builds build/PRESET (default: release) and runs the tests.
# The last line is `N passed, N failed, N skipped`, counted in ctest's own tests. Exits 0 when none
# failed, 1 when one did, 2 when there was nothing to run or no way to run it.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/tools/lib.sh"
preset=${1:-release}
[ $# -eq 0 ] || shift

# shellcheck disable=SC2086 # one package a word
need_packages $TV_PACKAGES
build "$preset" || die "the build in build/$preset failed"

results=$root/build/$preset/junit.xml
rm -f "$results"
failed_run=0
(cd "$root" && ctest --preset "$preset" -j "$(nproc)" --output-junit "$results" "$@") || failed_run=1
[ -r "$results" ] || die "ctest left no results"

# count ATTRIBUTE: of the one <testsuite> element, whose attributes stand on lines of their own.
count() {
    sed -n "s/^[[:space:]]*$1=\"\([0-9]*\)\".*/\1/p" "$results" | head -n 1
}
total=$(count tests)
failures=$(count failures)
skipped=$(($(count skipped) + $(count disabled)))
passed=$((total - failures - skipped))

echo "$passed passed, $failures failed, $skipped skipped"
[ "$total" -gt 0 ] || exit 2
[ "$failures" -eq 0 ] && [ "$failed_run" -eq 0 ] || exit 1
