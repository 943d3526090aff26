#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run_golden.sh COMMAND_DIR...
# Runs every case below tests/golden/<command> with each number of threads and compares what comes
# out with what is expected. Shows the first difference of a case and exits 1 when there was one.
# TRUSTVAL names the program. tools/rebase_golden.sh rewrites what is expected.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/golden_case.sh"
: "${TRUSTVAL:?names the trustval program to run}"
if [ $# -eq 0 ]; then
    echo "usage: run_golden.sh COMMAND_DIR..." >&2
    exit 2
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# check CASE THREADS: whether the three outputs are as expected; a diff of the first that is not.
check() {
    golden_run "$1" "$2" "$scratch"
    for output in exit stderr stdout; do
        if [ ! -e "$1/$output" ]; then
            echo "$1/$output is missing; tools/rebase_golden.sh makes it"
            return 1
        fi
        if ! cmp -s "$1/$output" "$scratch/$output"; then
            echo "FAIL ${1#"$here"/} --threads $2: $output differs"
            diff -u -a --label expected --label actual "$1/$output" "$scratch/$output" || true
            return 1
        fi
    done
}

num_cases=0
num_failed=0
for command in "$@"; do
    command=$(cd "$command" && pwd)
    cd "$here/../.."
    for args in "$command"/*/args; do
        [ -e "$args" ] || continue
        case=${args%/args}
        num_cases=$((num_cases + 1))
        for threads in $(golden_threads "$case"); do
            if ! check "$case" "$threads"; then
                num_failed=$((num_failed + 1))
                break
            fi
        done
    done
done

echo "$num_cases cases, $num_failed failed"
[ "$num_cases" -gt 0 ] && [ "$num_failed" -eq 0 ]
