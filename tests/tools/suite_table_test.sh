#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# README.md shows how right the program is now, and the tool tells a page that does not.
set -eu

build=$(dirname "${TRUSTVAL:?names the trustval program}")
[ -x "$build/tests/suites_suites" ] || { echo "skipped: no tests/suites_suites" && exit 77; }
"$TV_SOURCE_DIR/tools/suite_table.sh" --check "$build"

# The same tool in a tree whose page has other numbers.
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir "$tree/tools"
cp "$TV_SOURCE_DIR/tools/suite_table.sh" "$tree/tools/"
sed 's/^| core | pkits | 42 | 42 |/| core | pkits | 42 | 41 |/' "$TV_SOURCE_DIR/README.md" >"$tree/README.md"
if cmp -s "$TV_SOURCE_DIR/README.md" "$tree/README.md"; then
    echo "FAIL: README.md has no row of pkits"
    exit 1
fi
if "$tree/tools/suite_table.sh" --check "$build" >/dev/null; then
    echo "FAIL: a page with another number passes"
    exit 1
fi
"$tree/tools/suite_table.sh" "$build"
cmp "$TV_SOURCE_DIR/README.md" "$tree/README.md"
