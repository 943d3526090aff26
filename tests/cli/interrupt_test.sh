#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An interrupted run finishes its rows, writes a valid output that says it is incomplete, exits 2.
set -eu
. "$(dirname "$0")/common.inc"

mkfifo "$scratch/pipe"
for signal in INT TERM; do
    "$TRUSTVAL" verify --at $at -t "$prod" "$scratch/pipe" -o "ndjson=$scratch/$signal" \
        2>"$scratch/stderr" &
    pid=$!
    exec 9>"$scratch/pipe"
    cat "$clients"/*.pem >&9
    sleep 1
    kill -s "$signal" $pid
    code=0
    wait $pid || code=$? # though the pipe stays open
    exec 9>&-
    [ "$code" -eq 2 ] || fail "$signal: exit $code, not 2"
    grep -qF "interrupted" "$scratch/stderr" || fail "$signal: not said"
    tail -n 1 "$scratch/$signal" | grep -qF '"complete":false' || fail "$signal: not marked"
done
