#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tv-label: threaded
# A minted workload of duplicates and faults against three truststores: the output has the same
# bytes with any number of threads, and the verdicts are those that the minting tool expects.
set -eu
. "$(dirname "$0")/common.inc"
: "${MINT_CORPUS:?names the minting tool}"

num_clients=6000
num_stores=3
work=$scratch/work
instant=2026-06-01T00:00:00Z
"$MINT_CORPUS" bulk --out "$work" --clients $num_clients --stores $num_stores --duplicates 15 \
    --faults 10 --rsa-percent 20 --threads 2

for threads in 1 2 8; do
    expect 1 "" verify --at $instant --threads $threads -q \
        -t "$work/truststore-1.pem" -t "$work/truststore-2.pem" -t "$work/truststore-3.pem" \
        "$work/clients.pem" -o "csv=$scratch/$threads.csv" -o "ndjson=$scratch/$threads.ndjson"
done
for threads in 2 8; do
    for format in csv ndjson; do
        cmp "$scratch/1.$format" "$scratch/$threads.$format" ||
            fail "$format: 1 and $threads threads differ"
    done
done

cells=$(($(wc -l <"$scratch/1.csv") - 1))
[ "$cells" -eq $((num_clients * num_stores)) ] || fail "$cells cells"
verdicts=$(grep -c '"type":"verdict"' "$scratch/1.ndjson")
[ "$verdicts" -eq "$cells" ] || fail "$verdicts verdict records of $cells cells"
[ "$(grep -c '"duplicate_of":{' "$scratch/1.ndjson")" -ge $((cells / 10)) ] || fail "few duplicates"

sed -n 's/.*"truststore":"\([^"]*\)","verdict":"\([a-z]*\)","reason":\("[a-z-]*"\|null\),.*/\1 \2 \3/p' \
    "$scratch/1.ndjson" | tr -d '"' | sed 's/ null$/ -/' | LC_ALL=C sort | uniq -c |
    awk '{ print $2, $3, $4, $1 }' >"$scratch/got"
tail -n +2 "$work/expectations.tsv" |
    awk -F '\t' '$6 > 0 { sub(/\.pem$/, "", $1); print $1, $4, $5, $6 }' |
    LC_ALL=C sort >"$scratch/wanted"
[ "$(wc -l <"$scratch/wanted")" -gt $((num_stores * 5)) ] || fail "few kinds of verdicts expected"
diff "$scratch/wanted" "$scratch/got" || fail "verdicts differ from what was minted (< wanted, > got)"
