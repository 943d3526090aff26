#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where results go: formats, files, filters, names of truststores; and that nothing is lost silently.
set -eu
. "$(dirname "$0")/common.inc"

verify() {
    expect "$1" "$2" verify --at $at -t "prod=$prod" -t "partners=$partners" "$clients" \
        ${3+"$3"} ${4+"$4"} ${5+"$5"} ${6+"$6"}
}

# A file gets what standard output would, and takes its place.
for format in csv json ndjson; do
    verify 1 "" --format $format
    cp "$scratch/stdout" "$scratch/expected"
    verify 1 "prod: " -o "$format=$scratch/file"
    [ ! -s "$scratch/stdout" ] || fail "-o: something on standard output"
    cmp -s "$scratch/expected" "$scratch/file" || fail "-o $format: the file differs"
    verify 1 "" -q -o "$format=$scratch/file"
done
verify 1 "" --format text -o "csv=$scratch/both"
shows "kiosk-0007"
[ -s "$scratch/both" ] || fail "--format and -o: no file"
ls -A "$scratch" | grep -qvE '^(std|expected|file|both)' && fail "a temporary file is left"

# The number of threads changes nothing.
verify 1 "" --format ndjson --threads 1
cp "$scratch/stdout" "$scratch/expected"
verify 1 "" --format ndjson --threads 8
cmp -s "$scratch/expected" "$scratch/stdout" || fail "threads change the output"
verify 1 "" --format ndjson --no-mmap
cmp -s "$scratch/expected" "$scratch/stdout" || fail "--no-mmap changes the output"

# Filters and layouts.
verify 1 "" --format csv --only accept
shows ",accept,"
hides ",deny,"
verify 1 "" --format csv --only deny,undecided
hides ",accept,"
verify 1 "" --format csv --layout wide
head -n 1 "$scratch/stdout" | grep -qF ",duplicate_of,prod,partners" || fail "the wide header"
verify 1 "" --format csv
all=$(wc -l <"$scratch/stdout")
verify 1 "" --format csv --unique
[ "$(wc -l <"$scratch/stdout")" -lt "$all" ] || fail "--unique leaves nothing out"

# Truststores and clients from lists and directories.
find "$clients" -type f | LC_ALL=C sort >"$scratch/list"
expect 1 "" verify --at $at --trust-dir corpus/demo/truststores --files-from "$scratch/list" -f csv
shows ",partners,"
shows ",payments-prod,"
tr '\n' '\0' <"$scratch/list" >"$scratch/list0"
cp "$scratch/stdout" "$scratch/expected"
expect 1 "" verify --at $at --trust-dir corpus/demo/truststores --files-from "$scratch/list0" -0 -f csv
cmp -s "$scratch/expected" "$scratch/stdout" || fail "--null reads other files"
mkdir -p "$scratch/stores/b" "$scratch/empty"
cp "$prod" "$scratch/stores/z.pem"
cp "$partners" "$scratch/stores/b/c.pem"
ln -s ../b "$scratch/stores/b/loop"
cp "$prod" "$scratch/stores/.hidden.pem"
expect 1 "" verify --at $at --trust-dir "$scratch/stores" "$clients" -f csv --layout wide
head -n 1 "$scratch/stdout" | grep -q ",c,z.$" || fail "--trust-dir: order or files"
expect 2 "holds no file" verify --trust-dir "$scratch/empty" "$clients"

# A file that cannot be written is said, and nothing half-written stays.
expect 2 "/nonexistent/x: cannot be opened" audit --at $at "$prod" -o csv=/nonexistent/x
echo old >"$scratch/old"
expect 2 "/nonexistent: cannot be opened" audit --at $at /nonexistent -o "csv=$scratch/old"
[ "$(cat "$scratch/old")" = old ] || fail "a run that judged nothing replaced a file"

# Lost output.
lost() {
    [ "$code" -eq 2 ] || fail "$1: exit $code, not 2"
    grep -qF "standard output: cannot be written" "$scratch/stderr" || fail "$1: not said"
}
for words in "rules" "profiles" "--help" "--version" "audit --at $at $prod"; do
    if [ -w /dev/full ]; then
        code=0
        # shellcheck disable=SC2086
        "$TRUSTVAL" $words >/dev/full 2>"$scratch/stderr" || code=$?
        lost "$words to a full disk"
    fi
    code=0
    # shellcheck disable=SC2086
    "$TRUSTVAL" $words >&- 2>"$scratch/stderr" || code=$?
    lost "$words to a closed descriptor"
done
{
    sleep 1 # until the reader is gone
    code=0
    "$TRUSTVAL" audit --at $at "$prod" 2>"$scratch/stderr" || code=$?
    echo "$code" >"$scratch/exit"
} | :
code=$(cat "$scratch/exit")
lost "a closed pipe"

# Colour is never there unless it is asked for.
esc=$(printf '\033')
run audit --at $at "$prod"
hides "$esc"
run audit --at $at "$prod" --color always
shows "$esc"

# The width is that of COLUMNS.
for columns in 60 200; do
    COLUMNS=$columns "$TRUSTVAL" verify --at $at --trust-dir corpus/demo/truststores "$clients" \
        >"$scratch/stdout" 2>"$scratch/stderr" || :
    grep -q '^.*CLIENT.*SUBJECT.*partners' "$scratch/stdout" && echo wide || echo narrow
done >"$scratch/widths"
[ "$(tr '\n' ' ' <"$scratch/widths")" = "narrow wide " ] || fail "COLUMNS does not count"
