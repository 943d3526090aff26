#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The golden runner takes a program that prints what is expected with any number of threads, and
# refuses one that does not. The program is a stand-in.
set -eu

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/tests/golden/echo/plain" "$tree/tests/golden/echo/no_threads" "$tree/tools"
cp "$TV_SOURCE_DIR"/tests/golden/*.sh "$tree/tests/golden"
cp "$TV_SOURCE_DIR/tools/rebase_golden.sh" "$tree/tools"
case=$tree/tests/golden/echo/plain
other="$tree/tests/golden/echo/no_threads"
export TRUSTVAL="$tree/program"

# program COMMAND: prints its first two arguments and its input, runs COMMAND, exits 3.
program() {
    printf '#!/bin/sh\nprintf "%%s|" "$1" "$2"; cat; %s\necho word >&2\nexit 3\n' "$1" >"$TRUSTVAL"
    chmod +x "$TRUSTVAL"
}

fail() {
    echo "FAIL: $*"
    exit 1
}

run() {
    "$tree/tests/golden/run_golden.sh" "$tree/tests/golden/echo"
}

program true
echo "'one two' three" >"$case/args"
echo "input" >"$case/stdin"
echo "a b c" >"$other/args"
touch "$other/no-threads"
run >"$tree/log" && fail "a case without expectations passes"
grep -q "stdout is missing\|exit is missing" "$tree/log" || fail "what is missing is not named"

"$tree/tools/rebase_golden.sh" >"$tree/log"
grep -qx "rewrote tests/golden/echo/plain/stdout" "$tree/log" || fail "rebase names no file"
[ "$(cat "$case/stdout")" = "one two|three|input" ] || fail "stdout: $(cat "$case/stdout")"
[ "$(cat "$case/stderr")" = "word" ] || fail "stderr: $(cat "$case/stderr")"
[ "$(cat "$case/exit")" = "3" ] || fail "exit: $(cat "$case/exit")"
[ "$(cat "$other/stdout")" = "a|b|" ] || fail "no-threads: $(cat "$other/stdout")"
run || fail "the cases fail right after they were rewritten"
[ -z "$("$tree/tools/rebase_golden.sh" echo/plain)" ] || fail "a second rebase changes something"
"$tree/tools/rebase_golden.sh" nothing 2>/dev/null && fail "a case that is not there is rewritten"

program 'case $* in *"--threads 8") echo late ;; esac'
run >"$tree/log" && fail "a difference with 8 threads passes"
grep -q "^FAIL echo/plain --threads 8: stdout differs" "$tree/log" || fail "$(cat "$tree/log")"
grep -q "^2 cases, 1 failed" "$tree/log" || fail "$(cat "$tree/log")"
