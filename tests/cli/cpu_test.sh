#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# TV_CPU: no set of instructions changes a byte of the output; one that is unknown, or that the
# machine lacks, is refused before any work.
set -eu
. "$(dirname "$0")/common.inc"

unset TV_CPU
expect 1 "" verify --at $at -t "$prod" -f json "$clients"
mv "$scratch/stdout" "$scratch/usual"
export TV_CPU
for TV_CPU in "" portable avx2 ifma; do
    run verify --at $at -t "$prod" -f json "$clients"
    if [ "$code" -eq 2 ]; then
        [ "$TV_CPU" != "" ] && [ "$TV_CPU" != portable ] || fail "TV_CPU=$TV_CPU is refused"
        grep -qF "TV_CPU: this machine has no '$TV_CPU'; the most it has is " "$scratch/stderr" ||
            fail "TV_CPU=$TV_CPU: other words"
        [ ! -s "$scratch/stdout" ] || fail "TV_CPU=$TV_CPU: something on standard output"
    else
        cmp "$scratch/usual" "$scratch/stdout" || fail "TV_CPU=$TV_CPU: another result"
    fi
done

TV_CPU=sse9
refused "TV_CPU: unknown 'sse9'; it takes portable, avx2 or ifma" audit "$prod"
expect 0 "" --version
expect 0 "" audit --help
