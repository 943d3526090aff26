#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# bench_compare.sh [OPTION...]
# Mints a workload and runs trustval and what a user would take instead on it, in turns: loops on
# libcrypto, libgnutls and Go, and the commands openssl and certtool. Prints CPU time per
# certificate, certificates per second, peak memory and the ratios to trustval, and writes them as
# CSV, as Markdown and as a picture. What is missing is skipped by name. Exits 1 when a peer's
# verdict counts are not those that the workload was minted for, 2 when something could not be run.
# shellcheck disable=SC2154 # bench_lib.sh sets what `measure` has found
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/tools/lib.sh"
. "$root/tools/bench_lib.sh"

usage() {
    cat <<'HELP'
usage: tools/bench_compare.sh [OPTION...]
  --clients N     certificates for all that reads them in one process (20000)
  --sample N      of these, for one `openssl verify` with many files (2000)
  --few N         of these, for a process per file (100)
  --cas N         CA certificates in the truststore (200)
  --rsa-percent N clients with RSA-2048 issuers, the others have P-256 (70)
  --faults N      percent of clients that are to be denied (2)
  --threads N     threads or processes of the second run of each (one per core)
  --rounds N      how often all take their turn; medians are shown (3)
  --out DIR       where the results go (build/bench-compare)
  --build DIR     the programs of this build, instead of building build/bench
  --install       install missing peers first (Debian packages, with apt-get)
  --quick         one round of small sizes, to see that it works
  --write-doc     also put the results into README.md and docs/performance.md
HELP
}

clients=20000 sample=2000 few=100 cas=200 rsa_percent=70 faults=2 rounds=3
threads=$(nproc) out=$root/build/bench-compare given_build='' install=no write_doc=no
while [ $# -gt 0 ]; do
    case $1 in
    --clients | --sample | --few | --cas | --rounds | --threads)
        number "$1" "${2:-}"
        declare "${1#--}=$2"
        shift
        ;;
    --rsa-percent) rsa_percent=${2:?$1 needs a value} && shift ;;
    --faults) faults=${2:?$1 needs a value} && shift ;;
    --out) out=${2:?$1 needs a value} && shift ;;
    --build) given_build=${2:?$1 needs a value} && shift ;;
    --install) install=yes ;;
    --quick) clients=300 sample=40 few=6 cas=20 rounds=1 ;;
    --write-doc) write_doc=yes ;;
    --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
    esac
    shift
done
if [ "$sample" -gt "$clients" ] || [ "$few" -gt "$sample" ]; then
    die "--few is at most --sample, and that at most --clients"
fi

# shellcheck disable=SC2086 # one package a word
[ "$install" = no ] || need_packages $TV_BENCH_PACKAGES >&2
find_programs "$given_build"
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$out/work
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT

# The workload: faults are those that every validator knows, so that the counts must be the same.
say "minting $clients clients"
mint bulk --out "$work" --clients "$clients" --cas "$cas" --rsa-percent "$rsa_percent" \
    --faults "$faults" --per-client --split "$work/split" \
    --fault-kinds malformed,bad-signature,issuer-not-found,self-signed,expired,not-yet-valid
store=$work/truststore-1.pem
all=$work/clients.pem
find "$work/split" -name '*.pem' | LC_ALL=C sort >"$work/list"
head -n "$sample" "$work/list" >"$work/list-sample"
head -n "$few" "$work/list" >"$work/list-few"

# expected N: how many of the first N clients are accepted.
expected() {
    head -n "$1" "$work/expectations-clients.tsv" | cut -f 2 | grep -c '^accept$' || true
}

# Peers ------------------------------------------------------------------------------------------

openssl_verify=(openssl verify -attime "$(date -u -d "$bench_at" +%s)" -purpose sslclient
    -partial_chain -no-CApath -no-CAstore -CAfile "$store")
trustval_verify=("$bin/trustval" verify --at "$bench_at" --trust "$store" --progress never)
certtool_verify=(certtool --verify --verify-purpose=1.3.6.1.5.5.7.3.2 --load-ca-certificate "$store"
    --infile)

# A row of the comparison: name, threads, certificates, how accepted ones are told in the output,
# command. Names hold no comma.
names=() row_threads=() row_certs=() row_tell=() commands=()
add() {
    names+=("$1")
    row_threads+=("$2")
    row_certs+=("$3")
    row_tell+=("$4")
    shift 4
    commands+=("$(printf '%q ' "$@")")
}

# add_loop NAME PROGRAM: with one thread, and with all.
add_loop() {
    add "$1" 1 "$clients" counts "$2" --threads 1 --at "$bench_at" "$store" "$all"
    [ "$threads" -eq 1 ] ||
        add "$1" "$threads" "$clients" counts "$2" --threads "$threads" --at "$bench_at" "$store" \
            "$all"
}

skip() {
    say "skipped: $1: $2"
}

add trustval 1 "$clients" csv "${trustval_verify[@]}" -j 1 -f csv "$all"
[ "$threads" -eq 1 ] ||
    add trustval "$threads" "$clients" csv "${trustval_verify[@]}" -j "$threads" -f csv "$all"

add_peers() {
    local version
    version=$(openssl version 2>/dev/null | cut -d ' ' -f 2) || version=
    if [ -x "$bin/peers/openssl_loop" ]; then
        add_loop "C loop on libcrypto $version" "$bin/peers/openssl_loop"
    else
        skip "C loop on libcrypto" "$bin/peers/openssl_loop is not built"
    fi
    if [ -x "$bin/peers/gnutls_loop" ]; then
        version=$(pkg-config --modversion gnutls 2>/dev/null) || version=
        add_loop "C loop on libgnutls $version" "$bin/peers/gnutls_loop"
    else
        skip "C loop on libgnutls" "not built; the library is missing (Debian package: libgnutls28-dev)"
    fi
    if ! command -v go >/dev/null 2>&1; then
        skip "Go crypto/x509" "go is missing (Debian package: golang-go)"
    elif GO111MODULE=off GOCACHE=$work/go go build -o "$work/go_loop" \
        "$root/bench/peers/go_loop.go"; then
        add_loop "$(go version | sed 's/go version go\([^ ]*\).*/Go \1 crypto\/x509/')" \
            "$work/go_loop"
    else
        die "go cannot build bench/peers/go_loop.go"
    fi
    if command -v openssl >/dev/null 2>&1; then
        add "openssl verify: many files in one process" 1 "$sample" ok \
            xargs -a "$work/list-sample" -n "$sample" "${openssl_verify[@]}"
        # Each process has an output of its own: lines of several would be torn.
        # shellcheck disable=SC2016 # the shell of each process expands it
        add "openssl verify: xargs -P" "$threads" "$sample" ok_each xargs -a "$work/list-sample" \
            -P "$threads" -n "$(((sample + threads - 1) / threads))" \
            sh -c 'exec "$@" >"$0.$$"' "$work/output.each" "${openssl_verify[@]}"
        add "openssl verify: a process per file" 1 "$few" ok \
            xargs -a "$work/list-few" -n 1 "${openssl_verify[@]}"
    else
        skip "openssl verify" "openssl is missing (Debian package: openssl)"
    fi
    if command -v certtool >/dev/null 2>&1; then
        add "certtool --verify: a process per file" 1 "$few" verified \
            xargs -a "$work/list-few" -n 1 "${certtool_verify[@]}"
    else
        skip "certtool --verify" "certtool is missing (Debian package: gnutls-bin)"
    fi
    add "trustval: a process per file" 1 "$few" csv \
        xargs -a "$work/list-few" -n 1 "${trustval_verify[@]}" -j 1 -f csv
}
add_peers

# accepted HOW FILE: how many a run has accepted, and denied where it says so.
accepted() {
    case $1 in
    counts) sed -n 's/^accept \([0-9]*\) deny \([0-9]*\)$/\1 \2/p' "$2" ;;
    csv) tr -d '\r' <"$2" | awk '/,accept,/ { a++ } /,deny,/ { d++ } END { print a + 0, d + 0 }' ;;
    ok) grep -c ': OK$' "$2" || true ;;
    ok_each) cat "$2".each.* | grep -c ': OK$' || true ;;
    verified) grep -c '^Chain verification output: Verified' "$2" || true ;;
    esac
}

# certtool knows no time but the clock's: what it is to accept is told by trustval, as of now.
expected_now=
if command -v certtool >/dev/null 2>&1; then
    mapfile -t files <"$work/list-few"
    "$bin/trustval" verify --trust "$store" --progress never -f csv "${files[@]}" \
        >"$work/now.csv" || [ $? -eq 1 ] || die "trustval failed"
    expected_now=$(grep -c ',accept,' "$work/now.csv" || true)
fi

# check_counts ROW FILE: the run has accepted and denied what it should.
check_counts() {
    local certs=${row_certs[$1]} want got
    want=$(expected "$certs")
    [ "${row_tell[$1]}" != verified ] || want=$expected_now
    got=$(accepted "${row_tell[$1]}" "$2")
    case $got in
    "$want" | "$want $((certs - want))") ;;
    *)
        say "FAIL: ${names[$1]}, ${row_threads[$1]} threads: accepts '$got' of $certs, not $want"
        tail -n 3 "$2.err" >&2
        exit 1
        ;;
    esac
}

# Rounds -----------------------------------------------------------------------------------------

cat "$store" "$all" "$work"/split/*.pem >/dev/null 2>&1 ||
    find "$work/split" -name '*.pem' -exec cat {} + >/dev/null
raw=$out/rounds.csv
echo "peer,threads,certificates,cpu_us,wall_us,peak_kb" >"$raw"
for round in $(seq "$rounds"); do
    for row in "${!names[@]}"; do
        say "round $round of $rounds: ${names[$row]}, ${row_threads[$row]} threads"
        rm -f "$work"/output*
        eval "measure $(printf '%q' "$work/output") ${commands[$row]}"
        check_counts "$row" "$work/output"
        echo "${names[$row]},${row_threads[$row]},${row_certs[$row]},$cpu_us,$wall_us,$peak_kb" \
            >>"$raw"
    done
done

# Results ----------------------------------------------------------------------------------------

medians 3 <"$raw" | awk -F, -v OFS=, '
    NR == 1 {
        print "peer,threads,certificates,cpu_us_per_certificate,cpu_ratio,certificates_per_second,peak_mb"
        next
    }
    NR == 2 { base = $4 / $3 }
    {
        printf "%s,%d,%d,%.2f,%.2f,%.0f,%.1f\n", $1, $2, $3, $4 / $3, $4 / $3 / base,
            $3 * 1000000 / $5, $6 / 1024
    }' >"$out/compare.csv"

what="$clients clients, $rsa_percent % with RSA-2048 issuers and the others P-256, \
$faults % to be denied; a truststore of $cas CA certificates; $(machine); $(rounds_told)."
{
    echo "$what"
    awk -F, '
        function head() { return sprintf("%-42s %7s %8s %12s %9s %10s %8s", "", "threads", "certs",
            "CPU us/cert", "x trustval", "certs/s", "peak MB") }
        NR == 1 { print head(); next }
        { printf "%-42s %7d %8d %12.2f %10.1f %10d %8.1f\n", $1, $2, $3, $4, $5, $6, $7 }
    ' "$out/compare.csv"
} | tee "$out/compare.txt"
{
    echo "$what"
    echo
    echo "| | threads | certificates | CPU µs per certificate | × trustval | certificates/s | peak MB |"
    echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    awk -F, '
        function figure(x) { return x < 10 ? sprintf("%.1f", x) : sprintf("%.0f", x) }
        NR > 1 {
            printf "| %s | %d | %d | %s | %s | %d | %.0f |\n", $1, $2, $3, figure($4), figure($5), $6, $7
        }' "$out/compare.csv"
} >"$out/compare.md"

# Bars of the runs with one thread, the cheapest on top.
awk -F, 'NR > 1 && $2 == 1 { print $1 "," $4 }' "$out/compare.csv" | LC_ALL=C sort -t , -k 2,2gr \
    >"$work/bars.csv"
draw compare <<GNUPLOT
set lmargin 40
set logscale x
set xrange [1:$(awk -F, 'NR == 1 { print $2 * 4 }' "$work/bars.csv")]
set yrange [-0.7:$(wc -l <"$work/bars.csv") - 0.3]
set xlabel 'µs of CPU time per certificate, whole process, one thread (logarithmic)'
set style fill solid
set grid noytics
unset key
plot '$work/bars.csv' using (1):0:(1):2:(\$0 - 0.35):(\$0 + 0.35):ytic(1) with boxxyerror \
     title 'CPU time', \
     '' using 2:0:(sprintf(\$2 < 100 ? '%.1f' : '%.0f', \$2)) with labels left offset 0.7,0 \
     title 'the same as a number'
GNUPLOT

if [ "$write_doc" = yes ]; then
    put_section "$root/README.md" bench-compare "$out/compare.md"
    put_section "$root/docs/performance.md" bench-compare "$out/compare.md"
    mkdir -p "$root/docs/performance"
    cp "$out/compare.csv" "$root/docs/performance/"
    [ ! -e "$out/compare.svg" ] || cp "$out/compare.svg" "$root/docs/performance/"
fi
