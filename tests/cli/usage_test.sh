#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Bad usage is one line that names the thing and the way out; help and version are data.
set -eu
. "$(dirname "$0")/common.inc"

refused "unknown command 'audti'; did you mean 'audit'?" audti
refused "unknown command 'xyzzy'; \`trustval --help\` lists all" xyzzy
refused "option '-v' before the command" -v verify
refused "unknown option '--fomat'; did you mean '--format'?" audit --fomat csv x
refused "unknown option '--xyzzyx'; \`trustval audit --help\` lists all" audit --xyzzyx x
refused "unknown option '-x'" audit -x
refused "unknown option '--trust'" audit --trust x
refused "option '--f' may be --files-from or --format" verify --f x
refused "option '--threads' needs an argument: --threads N" audit --threads
refused "option '--threads' needs an argument: --threads N" audit -j
refused "option '--unique' takes no argument" audit --unique=3 x
refused "--threads: 'two' is not a number" audit --threads two x
refused "--threads: '-1' is not a number" audit --threads -1 x
refused "--threads: '5000' is not a number" audit --threads 5000 x
refused "--at: 'yesterday' is not a time" audit --at yesterday x
refused "--policy: policies: 'x,1.2' is not any, nor a list of policies as 2.16.840.1" audit \
    --policy x --policy 1.2 "$prod"
refused "--format: 'cvs' is not one of text, csv, json, ndjson; did you mean 'csv'?" audit -f cvs x
refused "--only: 'denied' is not one of" audit --only denied x
refused "--only: 'deny,' is not one of" audit --only deny, x
refused "--layout: 'broad' is not one of long, wide" verify --layout broad x
refused "--fail-on: 'note' is not one of error, warning, never" audit --fail-on note x
refused "--color: 'yes' is not one of auto, always, never" audit --color yes x
refused "-o: 'x.csv' lacks its format; write FORMAT=FILE, for example csv=x.csv" audit -o x.csv x
refused "-o: 'csv=' lacks its format" audit -o csv= x
refused "-o: 'cvs' is not one of" audit -o cvs=x x
refused "is given twice" audit -o "csv=$scratch/x" -o "json=$scratch/x" x
refused "both --format and -o write to standard output" audit -f csv -o csv=- "$prod"
refused "did you mean 'aws-apigateway'?" audit --profile aws-apigatway "$prod"
refused "profile 'xyzzy' is not a known name; \`trustval profiles\` lists all" audit -p xyzzy "$prod"
refused "no truststore to judge against; name one with --trust FILE" verify "$clients"
refused "two truststores are named 'p'" verify -t "p=$prod" -t "p=$partners" "$clients"
refused "'=x' lacks its name" verify -t =x "$clients"
refused "standard input can be read once only, and '-' names it 2 times" verify -t - -
refused "--jobs brings its own certificates" verify --jobs x -t "$prod"
refused "--jobs answers in ndjson" verify --jobs x -f csv
refused "rules: one id at a time" rules weak-key expired
refused "'weak-kye' is no rule or reason; did you mean 'weak-key'?" rules weak-kye
refused "'xyzzyxyzzy' is no rule or reason; \`trustval rules\` lists all" rules xyzzyxyzzy
refused "--format is one of text, json, ndjson here" rules -f csv

# Nothing in a message acts on the terminal.
refused 'unknown command '"'"'\x1b[2Jx'"'" "$(printf '\033[2J')x"

run
[ "$code" -eq 2 ] || fail "no arguments: exit $code"
[ ! -s "$scratch/stdout" ] || fail "no arguments: something on standard output"
grep -q '^Usage:' "$scratch/stderr" || fail "no arguments: no usage"

expect 0 "" --help
shows "trustval verify"
expect 0 "" help audit
shows "--profile NAME|FILE"
hides "--trust-dir"
expect 0 "" verify --help
shows "--trust-dir DIR"
shows "Exit codes: 0"
awk 'length > 100 { exit 1 }' "$scratch/stdout" || fail "help is wider than 100 columns"
expect 0 "" --version
grep -qE '^trustval [0-9]+\.[0-9]+\.[0-9]+$' "$scratch/stdout" || fail "version"
refused "unknown command 'xyzzy'" help xyzzy
