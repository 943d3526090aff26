#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# scale_test.sh BUILD
# tools/bench_scale.sh judges all that it mints, whatever it costs, and what it shares with
# tools/bench_compare.sh computes and writes what it should. No time is looked at.
set -euo pipefail

build=${1:?the build directory}
root=$TV_SOURCE_DIR
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

fail() {
    echo "FAIL: $*"
    exit 1
}

# scale OPTION...
scale() {
    "$root/tools/bench_scale.sh" --build "$build" --out "$tree/out" --quick "$@" \
        >"$tree/text" 2>"$tree/err" || fail "bench_scale.sh $*: $(tail -n 3 "$tree/err")"
}

# Every line of a series has judged (column 8) as many as it was given (column 3: cells, where there
# are several truststores).
scale --max 60 --only clients,bundle,threads --threads 2
for series in clients bundle threads; do
    awk -F, 'NR > 1 && $3 != $8 { exit 1 }' "$tree/out/$series.csv" ||
        fail "$series: $(cat "$tree/out/$series.csv")"
    grep -q '^| --- | ---:' "$tree/out/$series.md" || fail "$series has no table"
done
[ "$(grep -c '^threads,[12],60,' "$tree/out/threads.csv")" = 2 ] || fail "there are not two threads"
scale --max 60 --only stores
awk -F, 'NR > 1 && $3 != $8 * $2 { exit 1 }' "$tree/out/stores.csv" ||
    fail "stores: $(cat "$tree/out/stores.csv")"
signatures=$(awk -F, 'NR > 1 { print $1 "," $9 }' "$tree/out/stores.csv" | sort -u | wc -l)
[ "$signatures" = 2 ] || fail "further truststores cost signature checks"
[ -z "$(find "$tree/out" -name 'scale.*')" ] || fail "what was minted is left behind"

status=0
"$root/tools/bench_scale.sh" --only other >/dev/null 2>&1 || status=$?
[ "$status" -eq 2 ] || fail "a series that is not there: exit $status"

# What both scripts stand on.
. "$root/tools/lib.sh"
. "$root/tools/bench_lib.sh"
cat >"$tree/in.csv" <<'CSV'
name,x,a,b
one,1,5,1.5
two,1,7,0
one,1,1,2.5
one,1,4,1000000
two,1,8,1
CSV
printf 'name,x,a,b\none,1,4,2.5\ntwo,1,7.5,0.5\n' >"$tree/expected"
medians 2 <"$tree/in.csv" | diff -u "$tree/expected" - || fail "medians"

printf 'a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb\n' >"$tree/page.md"
echo new >"$tree/new"
put_section "$tree/page.md" x "$tree/new"
put_section "$tree/page.md" x "$tree/new"
printf 'a\n<!-- x:begin -->\n\nnew\n\n<!-- x:end -->\nb\n' | diff -u - "$tree/page.md" ||
    fail "a section is not replaced"
status=0
(put_section "$tree/page.md" y "$tree/new") 2>/dev/null || status=$?
[ "$status" -eq 2 ] || fail "a section that is not there: exit $status"

# The documents have the sections that the scripts write.
for series in clients stores duplicates threads bundle shapes files start machine; do
    grep -qx "<!-- scale-$series:begin -->" "$root/docs/performance.md" ||
        fail "docs/performance.md has no section scale-$series"
done
for page in README.md docs/performance.md; do
    grep -qx "<!-- bench-compare:end -->" "$root/$page" || fail "$page has no comparison"
done
