#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# rebase_golden.sh [COMMAND[/CASE]]...
# Rewrites what the cases of tests/golden expect (all of them by default) with what the program
# prints now, and names the files that changed. Read the diff line by line before you commit it.
# TRUSTVAL names the program; build/release/trustval otherwise.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
TRUSTVAL=${TRUSTVAL:-$root/build/release/trustval}
if [ ! -x "$TRUSTVAL" ]; then
    echo "rebase_golden: there is no program $TRUSTVAL; build it, or set TRUSTVAL" >&2
    exit 2
fi
. "$root/tests/golden/golden_case.sh"
cd "$root"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# rebase CASE: with the first number of threads; the tests then hold the others to the same bytes.
rebase() {
    threads=$(golden_threads "$1")
    golden_run "$1" "${threads%% *}" "$scratch"
    for output in stdout stderr exit; do
        if ! cmp -s "$1/$output" "$scratch/$output"; then
            cp "$scratch/$output" "$1/$output"
            echo "rewrote ${1#"$root"/}/$output"
        fi
    done
}

[ $# -gt 0 ] || set -- "*"
num_cases=0
for wanted in "$@"; do
    # A pattern that stands for all commands is the default; a command stands for all its cases.
    # shellcheck disable=SC2231 # the pattern is meant to expand
    for args in "$root"/tests/golden/$wanted/args "$root"/tests/golden/$wanted/*/args; do
        [ -e "$args" ] || continue
        num_cases=$((num_cases + 1))
        rebase "${args%/args}"
    done
done
if [ "$num_cases" -eq 0 ]; then
    echo "rebase_golden: no case in tests/golden matches: $*" >&2
    exit 2
fi
