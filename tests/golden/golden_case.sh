# SPDX-License-Identifier: Apache-2.0
# Sourced by run_golden.sh and tools/rebase_golden.sh: how one case of tests/golden is run.
#
# A case is a directory tests/golden/<command>/<case>/ with
#   args        the words after `trustval`, as the shell reads them; paths start at the root
#   stdin       what the program reads there (optional; nothing otherwise)
#   no-threads  present when the command takes no --threads
#   stdout, stderr, exit   what is expected, byte for byte

# golden_threads CASE: the numbers of threads that the case runs with.
golden_threads() {
    if [ -e "$1/no-threads" ]; then
        echo "none"
    else
        echo "1 2 8"
    fi
}

# golden_run CASE THREADS OUT: runs the case and leaves stdout, stderr and exit in OUT. The
# environment is the same on every machine.
golden_run() {
    golden_input=/dev/null
    if [ -e "$1/stdin" ]; then
        golden_input=$1/stdin
    fi
    golden_command="exec \"\$TRUSTVAL\" $(cat "$1/args")"
    if [ "$2" != none ]; then
        golden_command="$golden_command --threads $2"
    fi
    golden_exit=0
    env -i PATH="$PATH" HOME=/nonexistent LC_ALL=C TZ=UTC TRUSTVAL="$TRUSTVAL" \
        ${ASAN_OPTIONS+"ASAN_OPTIONS=$ASAN_OPTIONS"} ${TSAN_OPTIONS+"TSAN_OPTIONS=$TSAN_OPTIONS"} \
        sh -c "$golden_command" <"$golden_input" >"$3/stdout" 2>"$3/stderr" || golden_exit=$?
    echo "$golden_exit" >"$3/exit"
}
