#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What mint_corpus makes is the same on every run and with any number of threads, is what is
# committed under corpus/, and is judged by the openssl command as the expectations say.
set -eu

mint=${MINT_CORPUS:?the minting tool}
source=${TV_SOURCE_DIR:?the source tree}
demo_sha256=33add4e182b81dbf38c2b008f57a9a90ab6dcba3cf6e65f95fdf65e35dd0b348

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

fail() {
    echo "FAIL: $*"
    exit 1
}

# block FILE N: the PEM block with that index.
block() {
    awk -v n="$2" '/-----BEGIN/ { i++ } i == n + 1 && !done; /-----END/ && i == n + 1 { done = 1 }' "$1"
}

"$mint" cases --large "$tree/cases"
"$mint" cases --large "$tree/again"
diff -r "$tree/cases" "$tree/again" >/dev/null || fail "two runs of cases differ"

"$mint" demo "$tree/demo"
diff -r "$tree/demo" "$source/corpus/demo" >/dev/null || fail "corpus/demo is not what demo makes"
sum=$(cd "$tree/demo" && find . -type f | LC_ALL=C sort | xargs cat | sha256sum | cut -d ' ' -f 1)
[ "$sum" = "$demo_sha256" ] || fail "the demo has changed: its SHA-256 is $sum"

"$mint" seeds "$tree/seeds"
(cd "$tree/seeds" && find . -type f) >"$tree/list"
while read -r seed; do
    cmp -s "$tree/seeds/$seed" "$source/corpus/$seed" || fail "corpus/$seed is not what seeds makes"
done <"$tree/list"

bulk() {
    out=$1
    shift
    "$mint" bulk --out "$tree/$out" --clients 1500 --cas 10 --stores 2 "$@"
}
bulk sound --threads 1
[ "$(grep -c BEGIN "$tree/sound/clients.pem")" = 1500 ] || fail "bulk makes another number"
awk '$1 == "truststore-1.pem" && $4 == "accept" && $6 == 1500 { found = 1 } END { exit !found }' \
    "$tree/sound/expectations.tsv" || fail "not all of bulk is sound"
bulk one --threads 1 --faults 20 --duplicates 30 --per-client
bulk three --threads 3 --faults 20 --duplicates 30 --per-client
diff -r "$tree/one" "$tree/three" >/dev/null || fail "the number of threads changes the bytes"
unique=$(awk '/BEGIN/ { b = "" } { b = b $0 } /END/ { print b }' "$tree/one/clients.pem" |
    sort -u | wc -l)
if [ "$unique" -lt 950 ] || [ "$unique" -gt 1150 ]; then
    fail "$unique unique clients of 1500 with 30 % duplicates"
fi
total=$(awk '$1 == "truststore-2.pem" { n += $6 } END { print n }' "$tree/one/expectations.tsv")
[ "$total" = 1500 ] || fail "expectations count $total clients of 1500"
[ "$(wc -l <"$tree/one/expectations-clients.tsv")" = 1500 ] || fail "a client without expectation"

# blocks FILE: how many PEM blocks it holds, and how many of them differ.
blocks() {
    awk '/BEGIN/ { b = ""; n++ } { b = b $0 } /END/ && !seen[b]++ { d++ } END { print n, d }' "$1"
}
bulk few --cas 20 --issuers p384=30,rsa4096=20,p256=50 --fault-kinds expired --faults 10 \
    --split "$tree/few/split"
find "$tree/few/split" -type f | LC_ALL=C sort | xargs cat | cmp - "$tree/few/clients.pem" ||
    fail "the files of --split are not the clients"
awk '$1 == "truststore-1.pem" && $5 != "-" && $5 != "expired" { exit 1 }' \
    "$tree/few/expectations.tsv" || fail "a fault that --fault-kinds does not name"
"$mint" bulk --out "$tree/fleet" --clients 10 --stores 40 --store-common 12 --store-own 3
[ "$(blocks "$tree/fleet/truststore-40.pem")" = "15 15" ] || fail "a truststore of a fleet"
cat "$tree"/fleet/truststore-*.pem >"$tree/fleet/all.pem"
[ "$(blocks "$tree/fleet/all.pem")" = "600 132" ] || fail "40 truststores, 12 common and 3 own each"
"$mint" bundle --out "$tree/bundle" --entries 20,1500 --cas 20 --threads 1
"$mint" bundle --out "$tree/bundle-3" --entries 1500 --cas 20 --threads 3
cmp "$tree/bundle/bundle-1500.pem" "$tree/bundle-3/bundle-1500.pem" || fail "threads change a bundle"
[ "$(blocks "$tree/bundle/bundle-1500.pem")" = "1500 1500" ] || fail "a bundle of 1500 entries"
[ "$(blocks "$tree/bundle/bundle-20.pem")" = "20 20" ] || fail "a bundle of CA certificates alone"
for shape in same-subject mesh one-issuer chain; do
    "$mint" odd --shape $shape --size 1200 --clients 5 --keys 7 --out "$tree/odd" --threads 1
    "$mint" odd --shape $shape --size 1200 --clients 5 --keys 7 --out "$tree/odd-3" --threads 3
    diff -r "$tree/odd" "$tree/odd-3" >/dev/null || fail "threads change $shape"
    [ "$(blocks "$tree/odd/truststore.pem")" = "1200 1200" ] || fail "$shape of 1200 entries"
done
"$mint" odd --help | grep -q -- --keys || fail "odd --help does not help"
"$mint" cases --help | grep -q "^usage" || fail "cases --help does not help"
for wrong in "--clients x" "--issuers p256=40" "--issuers p521=100" "--fault-kinds other" \
    --nothing; do
    status=0
    # shellcheck disable=SC2086
    "$mint" bulk --out "$tree/wrong" $wrong 2>/dev/null || status=$?
    [ "$status" -eq 2 ] || fail "bulk takes $wrong"
done

# The rest asks OpenSSL 3.0, which the profile `openssl` is measured on.
case $(openssl version 2>/dev/null || true) in
"OpenSSL 3.0."*) ;;
*)
    echo "no OpenSSL 3.0 to ask: its verdicts are not compared"
    exit 0
    ;;
esac

# verdict STORE UNTRUSTED AT CERTIFICATE: accept or deny.
verdict() {
    set -- "$1" "${2:+-untrusted}" "$2" "$3" "$4"
    # shellcheck disable=SC2086
    if openssl verify -no-CApath -no-CAstore -purpose sslclient -attime "$4" -CAfile "$1" \
        $2 $3 "$5" >/dev/null 2>&1; then
        echo accept
    else
        echo deny
    fi
}

awk -F "\t" '$2 == "client" && $4 == "openssl"' "$tree/cases/expectations.tsv" >"$tree/rows"
[ "$(wc -l <"$tree/rows")" -gt 100 ] || fail "only $(wc -l <"$tree/rows") rows for OpenSSL"
while IFS='	' read -r case _ index _ at expected _; do
    dir=$tree/cases/$case
    block "$dir/clients.pem" "$index" >"$tree/client.pem"
    untrusted=
    [ ! -e "$dir/untrusted.pem" ] || untrusted=$dir/untrusted.pem
    got=$(verdict "$dir/truststore.pem" "$untrusted" "$(date -u -d "$at" +%s)" "$tree/client.pem")
    [ "$got" = "$expected" ] || fail "$case, client $index: $expected expected, OpenSSL says $got"
done <"$tree/rows"

now=$(date -u -d 2026-06-01T00:00:00Z +%s)
for index in 0 99 500 1023 1499; do
    block "$tree/sound/clients.pem" "$index" >"$tree/client.pem"
    got=$(verdict "$tree/sound/truststore-1.pem" "" "$now" "$tree/client.pem")
    [ "$got" = accept ] || fail "OpenSSL refuses client $index of a sound workload"
done
for index in 0 700 1499; do
    block "$tree/bundle/bundle-1500.pem" "$index" >"$tree/client.pem"
    got=$(verdict "$tree/bundle/bundle-1500.pem" "" "$now" "$tree/client.pem")
    [ "$got" = accept ] || fail "OpenSSL refuses entry $index of a bundle"
done
"$mint" odd --shape one-issuer --size 9 --clients 1 --out "$tree/odd"
[ "$(verdict "$tree/odd/truststore.pem" "" "$now" "$tree/odd/clients.pem")" = accept ] ||
    fail "OpenSSL refuses a client of one-issuer"
"$mint" odd --shape mesh --size 100 --keys 10 --clients 1 --out "$tree/odd"
[ "$(verdict "$tree/odd/truststore.pem" "" "$now" "$tree/odd/clients.pem")" = deny ] ||
    fail "OpenSSL accepts a client of a mesh without a root"
