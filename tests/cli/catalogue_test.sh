#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# rules and profiles: what is listed can be explained, and a printed profile loads back.
set -eu
. "$(dirname "$0")/common.inc"

expect 0 "" rules
shows "issuer-not-found"
shows "duplicate-certificate"
expect 0 "" rules issuer-not-found
shows "X509_V_ERR number 20"
shows "Could not find issuer for certificate"
expect 0 "" rules duplicate-certificate
shows "severity   warning"
expect 0 "" rules -f ndjson
num_records=$(wc -l <"$scratch/stdout")
sed -n 's/.*"id":"\([^"]*\)".*/\1/p' "$scratch/stdout" >"$scratch/ids"
[ "$(wc -l <"$scratch/ids")" -eq "$num_records" ] || fail "a record without id"
[ "$num_records" -gt 40 ] || fail "only $num_records records"
while read -r id; do
    expect 0 "" rules "$id"
    shows "$id: "
    expect 0 "" rules -f ndjson "$id"
    [ "$(wc -l <"$scratch/stdout")" -eq 1 ] || fail "rules $id: not one record"
done <"$scratch/ids"
expect 0 "" rules -f json
head -n 1 "$scratch/stdout" | grep -qF '{"schema":"trustval/1","records":[' || fail "rules -f json"

expect 0 "" profiles
shows "aws-apigateway"
cut -d ' ' -f 1 "$scratch/stdout" >"$scratch/names"
while read -r name; do
    expect 0 "" profiles "$name"
    cp "$scratch/stdout" "$scratch/$name.ini"
    expect 0 "" profiles "$scratch/$name.ini"
    cmp -s "$scratch/stdout" "$scratch/$name.ini" || fail "$name does not load back"
    run audit --at $at "$partners" --profile "$name" -f csv
    cp "$scratch/stdout" "$scratch/expected"
    run audit --at $at "$partners" --profile "$scratch/$name.ini" -f csv
    cmp -s "$scratch/stdout" "$scratch/expected" || fail "$name judges differently from a file"
done <"$scratch/names"
printf '[profile]\nname = x\n[setting purpose]\nvalue = clinet\n' >"$scratch/bad.ini"
refused "bad.ini:4: " audit --profile "$scratch/bad.ini" "$prod"
refused "missing.ini: " audit --profile "$scratch/missing.ini" "$prod"
