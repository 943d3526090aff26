#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# 0: nothing found at or above --fail-on; 1: something found; 2: not all of the work could be done.
set -eu
. "$(dirname "$0")/common.inc"

# verify: any denial counts as an error.
expect 1 "" verify --at $at -t "$prod" "$clients"
expect 0 "" verify --at $at -t "$prod" --fail-on never "$clients"
expect 0 "" verify --at $at -t "$prod" --exit-zero "$clients"
expect 1 "" verify --at $at -t "$prod" -q "$clients"
[ ! -s "$scratch/stdout" ] || fail "-q: something on standard output"

# audit: an entry that is not valid counts as an error.
expect 0 "" audit --at $at "$prod"
expect 1 "" audit --at $at "$partners"
expect 1 "" audit --at 2100-01-01 "$prod"
expect 0 "" audit --at 2100-01-01 --exit-zero "$prod"
expect 1 "" audit --at $at "$prod" "$partners"
expect 0 "" audit --at $at "$prod" "$prod"

# What cannot be read is said, and the rest is judged.
expect 2 "/nonexistent: cannot be opened: No such file or directory" \
    verify --at $at -t "$prod" /nonexistent "$clients"
shows "kiosk-0007"
expect 2 "/nonexistent: cannot be opened" verify --at $at -t /nonexistent -t "$prod" "$clients"
shows "kiosk-0007"
expect 2 "/nonexistent: cannot be opened" verify -t "$prod" -u /nonexistent --exit-zero "$clients"
expect 2 "/nonexistent: cannot be opened" verify -t "$prod" --files-from /nonexistent
expect 2 "/nonexistent: cannot be opened" verify -t "$prod" --trust-dir /nonexistent "$clients"
shows "kiosk-0007"
refused "/nonexistent: cannot be opened" audit /nonexistent
refused "corpus/demo: is a directory" audit corpus/demo

# No certificate in the input.
: >"$scratch/empty"
expect 2 "empty: holds no certificate" audit "$scratch/empty"
expect 2 "empty: holds no certificate" verify -t "$scratch/empty" "$clients"
expect 2 "holds no certificate" verify -t "$prod" "$scratch/empty"
expect 2 "holds no certificate" verify -t "$prod"

# Standard input as a file.
input=$prod
expect 0 "" audit --at $at -
shows "stdin"
expect 0 "" audit --at $at
expect 0 "" audit --at $at live=-
shows "live"
