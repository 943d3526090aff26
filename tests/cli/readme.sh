#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# readme.sh [--rebase]
# Runs every command of README.md's `console` blocks in the repository's root and holds what it
# prints against what the page shows. With --rebase the page gets what the program prints.
set -eu
TV_SOURCE_DIR=${TV_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
: "${TRUSTVAL:?the program to run}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$TRUSTVAL" "$work/trustval"
PATH=$work:$PATH
export PATH
cd "$TV_SOURCE_DIR"

# The page again, with each command's output in place of what stood below it.
inside=no
while IFS= read -r line; do
    case $inside:$line in
    no:'```console') inside=yes && printf '%s\n' "$line" ;;
    yes:'```') inside=no && printf '%s\n' "$line" ;;
    yes:'$ '*)
        printf '%s\n' "$line"
        code=0
        sh -c "${line#??}" </dev/null >"$work/output" 2>&1 || code=$?
        tr -d '\r' <"$work/output" # CSV lines end with CR LF
        [ "$code" -lt 2 ] || { echo "exit $code: $line" >&2 && exit 1; }
        echo "$line" >>"$work/commands"
        ;;
    yes:*) ;;
    *) printf '%s\n' "$line" ;;
    esac
done <README.md >"$work/README.md"

[ "$(wc -l <"$work/commands")" -ge 4 ] || { echo "README.md has too few examples" >&2 && exit 1; }
if [ "${1:-}" = --rebase ]; then
    cp "$work/README.md" README.md
else
    diff -u README.md "$work/README.md"
fi
