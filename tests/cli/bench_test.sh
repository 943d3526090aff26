#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# trustval bench: both formats have every figure, none of them is nothing, the same seed makes the
# same input, and what cannot be measured is said. Times are not tested.
set -eu
. "$(dirname "$0")/common.inc"

# quick WORDS...: a short measurement.
quick() {
    expect 0 "" bench --quick --clients 60 --threads 2 "$@"
}

quick
for name in scan base64 sha256 lookup parse issuer signature judge row sum duplicate \
    duplicate-left-out load; do
    awk -v name=$name '$1 == name && $2 > 0 { found = 1 } END { exit !found }' \
        "$scratch/stdout" || fail "text: no figure for $name"
done
shows "  further-truststore "
shows "input: 60 clients minted from seed 1"
shows "  2 threads"
hides "  3 threads"
for kind in RSA-2048, RSA-3072, RSA-4096, P-256, P-384, P-521, Ed25519 Ed448; do
    awk -v kind=$kind '$1 == kind && $(NF - 2) > 0 && $(NF - 1) > 0 && $NF > 0 { found = 1 }
        END { exit !found }' "$scratch/stdout" || fail "text: no figure for $kind"
done
awk 'length > 130 { exit 1 }' "$scratch/stdout" || fail "text is wider than 130 columns"

quick --format json
shows '{"schema":"trustval-bench/1","tool":"trustval"'
shows '"seed":1,"clients":60,"certificates":60,"distinct":60,'
# Of the difference that a truststore makes, the noise of a few rounds may leave nothing.
! grep -v further-truststore "$scratch/stdout" | grep -q '"ns":0\.00,' ||
    fail "json: a figure of nothing"
[ "$(grep -c '"accept":60,"deny":0,"undecided":0,' "$scratch/stdout")" -eq 2 ] ||
    fail "json: not every client is accepted in both runs"

# inputs WORDS...: what is measured on, by its numbers.
inputs() {
    quick --format json "$@"
    grep '^"input"' "$scratch/stdout"
}
inputs --seed 7 >"$scratch/seven"
inputs --seed 7 >"$scratch/again"
cmp "$scratch/seven" "$scratch/again" || fail "the same seed makes another input"
inputs --seed 8 >"$scratch/eight"
! cmp -s "$scratch/seven" "$scratch/eight" || fail "another seed makes the same input"

# The user's files.
quick --trust "$prod" --at $at "$clients/partner-gateways.pem" --format json
shows '"seed":null,"clients":3,"certificates":3,"distinct":3,'
quick -t a="$prod" -t b="$partners" --at $at "$clients/partner-gateways.pem"
shows "2 truststores"
input=$clients/partner-gateways.pem
quick --trust "$prod" --at $at -
shows "input: 3 clients, 3 distinct"
input=

refused "bench: no truststore to judge the clients against" bench "$clients/partner-gateways.pem"
refused "bench: no clients to judge" bench --trust "$prod"
refused "bench: --format is one of text, json here" bench --format csv
refused "--clients: '0' is not a number from 1 to 1000000" bench --clients 0
refused "--clients: '1x' is not a number" bench --clients 1x
refused "--seed: '-1' is not a number from 0 to 18446744073709551615" bench --seed -1
refused "--seed: '18446744073709551616' is not a number" bench --seed 18446744073709551616
refused "--seconds: '0' is not a number above 0" bench --seconds 0
refused "--seconds: 'nan' is not a number above 0" bench --seconds nan
refused "unknown option '--unique'" bench --unique
refused "/nonexistent: cannot be opened: No such file or directory" \
    bench --trust "$prod" /nonexistent
refused "/nonexistent: cannot be opened: No such file or directory" \
    bench --trust /nonexistent "$clients/partner-gateways.pem"
refused "corpus/demo: is a directory" bench --trust "$prod" corpus/demo
refused "/dev/null: holds no certificate" bench --trust "$prod" /dev/null
refused "bench: a truststore is read again and again" bench --trust - "$clients/partner-gateways.pem"
TMPDIR=/nonexistent
export TMPDIR
refused "/nonexistent: cannot be opened" bench --quick --clients 5
