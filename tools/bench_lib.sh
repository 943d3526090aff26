# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # what is set here or there is used there or here
# Sourced by tools/bench_compare.sh and tools/bench_scale.sh, after tools/lib.sh: how they find the
# programs, measure a process, take medians, draw, and put tables into documents. $root, $out and
# $rounds are set by then.

# What they use when it is there, and install when they are told to (--install).
TV_BENCH_PACKAGES="gnuplot-nox gnutls-bin libgnutls28-dev golang-go"

# Everything minted is judged as of this time.
bench_at=2026-06-01T00:00:00Z

say() {
    echo "$*" >&2
}

# number NAME VALUE: a whole number above zero.
number() {
    [[ $2 =~ ^[1-9][0-9]*$ ]] || die "$1 takes a number above zero, not '$2'"
}

# find_programs [BUILD]: sets $bin to a build directory with all that is measured, which is made
# when none is given.
find_programs() {
    bin=${1:-}
    if [ -z "$bin" ]; then
        # shellcheck disable=SC2086 # one package a word
        need_packages $TV_PACKAGES >&2
        build bench trustval mint_corpus peers >&2 || die "the build in build/bench failed"
        bin=$root/build/bench
    fi
    bin=$(cd "$bin" && pwd) || die "there is no such directory"
    for program in trustval mint_corpus peers/measure; do
        [ -x "$bin/$program" ] || die "$bin/$program is missing (cmake -DTV_PEERS=ON builds it)"
    done
}

# measure FILE COMMAND...: runs a command, its output in FILE and its messages in FILE.err. Sets
# cpu_us, wall_us, peak_kb, private_kb and code.
measure() {
    local output=$1
    shift
    rm -f "$output.measured"
    "$bin/peers/measure" "$output.measured" "$@" >"$output" 2>"$output.err" </dev/null ||
        die "$(tail -n 1 "$output.err")"
    # shellcheck disable=SC2034 # which of them is used depends on the caller
    read -r cpu_us wall_us peak_kb private_kb code <"$output.measured"
}

# mint WHAT OPTION...: quietly, and with all cores.
mint() {
    "$bin/mint_corpus" "$@" --threads "$(nproc)" || die "mint_corpus $1 failed"
}

# medians KEYS: a CSV with a head on stdin, its first KEYS columns the key, numbers behind them; a
# line per key in order of appearance, with the median of each number.
medians() {
    awk -F, -v OFS=, -v keys="$1" '
        NR == 1 { print; columns = NF; next }
        {
            key = $1
            for (i = 2; i <= keys; i++) key = key OFS $i
            if (!(key in count)) order[++num] = key
            n = ++count[key]
            for (i = keys + 1; i <= NF; i++) values[key, i, n] = $i
        }
        function median(key, column,    n, i, j, v, sorted) {
            n = count[key]
            for (i = 1; i <= n; i++) {
                v = values[key, column, i] + 0
                for (j = i - 1; j >= 1 && sorted[j] > v; j--) sorted[j + 1] = sorted[j]
                sorted[j + 1] = v
            }
            return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
        }
        END {
            for (k = 1; k <= num; k++) {
                line = order[k]
                for (i = keys + 1; i <= columns; i++) line = line OFS sprintf("%.10g", median(order[k], i))
                print line
            }
        }'
}

# machine: where this ran, for the document.
machine() {
    local model system
    model=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)
    # shellcheck source=/dev/null
    system=$(. /etc/os-release && echo "${PRETTY_NAME:-Linux}")
    echo "$(nproc) cores of ${model:-$(uname -m)}, $system, $(openssl version | cut -d ' ' -f 1,2)"
}

# rounds_told: how the figures came about, for the document.
rounds_told() {
    if [ "$rounds" -eq 1 ]; then
        echo "one round"
    else
        echo "medians of $rounds rounds"
    fi
}

# draw NAME: gnuplot commands on stdin, behind common settings; writes $out/NAME.svg.
draw() {
    local name=$1
    if ! command -v gnuplot >/dev/null 2>&1; then
        cat >/dev/null
        say "skipped: $name.svg: gnuplot is missing (Debian package: gnuplot-nox)"
        return
    fi
    {
        echo "set terminal svg size 760,380 background '#ffffff' font 'sans-serif,12'"
        echo "set output '$out/$name.svg'"
        echo "set datafile separator ','"
        echo "set border 3 linecolor '#555555'"
        echo "set tics nomirror out"
        echo "set grid xtics ytics linecolor '#dddddd'"
        echo "set linetype 1 linecolor '#1f5fa8' linewidth 2 pointtype 7 pointsize 0.6"
        echo "set linetype 2 linecolor '#c2570c' linewidth 2 pointtype 5 pointsize 0.6"
        echo "set linetype 3 linecolor '#2f8132' linewidth 2 pointtype 9 pointsize 0.7"
        echo "set linetype 4 linecolor '#7a3e9d' linewidth 2 pointtype 11 pointsize 0.7"
        echo "set linetype 5 linecolor '#777777' linewidth 2 pointtype 13 pointsize 0.7"
        cat
    } | gnuplot || die "gnuplot could not draw $name.svg"
}

# put_section DOCUMENT NAME FILE: what stands in DOCUMENT between the lines `<!-- NAME:begin -->` and
# `<!-- NAME:end -->` becomes FILE's text.
put_section() {
    grep -qx "<!-- $2:begin -->" "$1" || die "$1 has no section $2"
    awk -v name="$2" -v file="$3" '
        $0 == "<!-- " name ":end -->" { inside = 0 }
        !inside { print }
        $0 == "<!-- " name ":begin -->" {
            inside = 1
            print ""
            while ((getline line < file) > 0) print line
            print ""
        }' "$1" >"$1.new" && mv "$1.new" "$1"
}
