#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# compare_test.sh BUILD
# tools/bench_compare.sh takes peers that agree, refuses one that counts otherwise, and skips one
# that is missing by its name. No time is looked at.
set -eu

build=${1:?the build directory}
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/build/peers"
ln -s "$build/trustval" "$build/mint_corpus" "$tree/build/"
ln -s "$build/peers/measure" "$build/peers/openssl_loop" "$tree/build/peers/"

fail() {
    echo "FAIL: $*"
    tail -n 5 "$tree/err"
    exit 1
}

# compare: the script's exit code in $status; what it wrote is in $tree/out, its messages in $tree/err.
compare() {
    status=0
    "$TV_SOURCE_DIR/tools/bench_compare.sh" --build "$tree/build" --out "$tree/out" --clients 120 \
        --sample 8 --few 2 --cas 10 --faults 20 --rounds 2 --threads 2 >"$tree/text" 2>"$tree/err" ||
        status=$?
}

# rows PATTERN: how many rows of the results match.
rows() {
    grep -c "$1" "$tree/out/compare.csv" || true
}

compare
[ "$status" -eq 0 ] || fail "peers that agree: exit $status"
head -n 2 "$tree/out/compare.csv" | tail -n 1 | grep -q '^trustval,1,120,[0-9.]*,1.00,' ||
    fail "trustval is not the first row"
[ "$(rows '^C loop on libcrypto .*,[12],120,')" = 2 ] || fail "the loop has no row a number of threads"
[ "$(rows '^trustval')" = 3 ] || fail "trustval does not have its three rows"
[ "$(grep -c '^trustval,1,120,' "$tree/out/rounds.csv")" = 2 ] || fail "there are not two rounds"
grep -q 'skipped: C loop on libgnutls: ' "$tree/err" || fail "a loop that is missing is not named"
grep -q '^| trustval | 1 | 120 |' "$tree/out/compare.md" || fail "there is no table"

if grep -q "$tree" "$tree/out/compare.md" "$tree/out/compare.svg" 2>/dev/null; then
    fail "a path of this machine stands in the results"
fi

printf '#!/bin/sh\necho accept 119 deny 1\n' >"$tree/build/peers/gnutls_loop"
chmod +x "$tree/build/peers/gnutls_loop"
compare
[ "$status" -eq 1 ] || fail "a peer that counts otherwise: exit $status"
grep -q "^FAIL: C loop on libgnutls.*accepts '119 1' of 120" "$tree/err" || fail "it is not named"

printf '#!/bin/sh\nexit 3\n' >"$tree/build/peers/gnutls_loop"
compare
[ "$status" -eq 1 ] || fail "a peer that says nothing: exit $status"

rm "$tree/build/peers/measure"
compare
[ "$status" -eq 2 ] || fail "without the measuring program: exit $status"
