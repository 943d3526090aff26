#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# bench_scale.sh [OPTION...]
# Draws cost against work: unique clients, truststores, duplicates, threads, bundles, files, and shapes
# whose cost could grow faster than their size. Mints what it needs, runs trustval on each size in
# turns, and writes medians as CSV, tables as Markdown and curves as SVG. Exits 2 when a run fails or
# does not judge what it was given.
# shellcheck disable=SC2154 # bench_lib.sh sets what `measure` has found
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/tools/lib.sh"
. "$root/tools/bench_lib.sh"

all_series="clients stores duplicates threads bundle shapes files start"

usage() {
    cat <<HELP
usage: tools/bench_scale.sh [OPTION...]
  --max N         the largest number of certificates in one run (1000000)
  --only SERIES   one series, or several with commas, of:
                  ${all_series// /, }
  --threads N     the series of threads goes up to N (one per core)
  --rounds N      how often all sizes of a series take their turn; medians are shown (3)
  --out DIR       where the results go (build/bench-scale)
  --work DIR      where what is minted lies for a while: 8 KB per certificate (work, in --out)
  --build DIR     the programs of this build, instead of building build/bench
  --install       install gnuplot first (Debian package, with apt-get)
  --quick         one round of small sizes, to see that it works
  --write-doc     also put tables and curves into docs/performance.md
HELP
}

max=1000000 from=1000 cas=200 common=90 own=10 only=$all_series threads=$(nproc) rounds=3 out=$root/build/bench-scale work=''
given_build='' install=no write_doc=no
while [ $# -gt 0 ]; do
    case $1 in
    --max | --threads | --rounds)
        number "$1" "${2:-}"
        declare "${1#--}=$2"
        shift
        ;;
    --only) only=${2:?$1 needs a value} && only=${only//,/ } && shift ;;
    --out) out=${2:?$1 needs a value} && shift ;;
    --work) work=${2:?$1 needs a value} && shift ;;
    --build) given_build=${2:?$1 needs a value} && shift ;;
    --install) install=yes ;;
    --quick) max=400 from=100 cas=20 common=18 own=2 rounds=1 ;;
    --write-doc) write_doc=yes ;;
    --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
    esac
    shift
done
for series in $only; do
    [[ " $all_series " == *" $series "* ]] || die "there is no series $series"
done

[ "$install" = no ] || need_packages gnuplot-nox >&2
find_programs "$given_build"
mkdir -p "$out"
out=$(cd "$out" && pwd)
mkdir -p "${work:=$out/work}"
work=$(mktemp -d "$work/scale.XXXXXX")
trap 'rm -rf "$work"' EXIT
verify=("$bin/trustval" verify --at "$bench_at" --progress never -v)
audit=("$bin/trustval" audit --at "$bench_at" --progress never -v)

# Measuring --------------------------------------------------------------------------------------

# least A B
least() {
    echo $(($1 < $2 ? $1 : $2))
}

# sizes FROM TO: 1 and 3 times the powers of ten between them, and TO.
sizes() {
    local size=$1
    while [ "$size" -lt "$2" ]; do
        echo "$size"
        [ $((size * 3)) -ge "$2" ] || echo $((size * 3))
        size=$((size * 10))
    done
    echo "$2"
}

# thread_counts: powers of two below the number of threads, and that.
thread_counts() {
    local t
    for ((t = 1; t < threads; t *= 2)); do
        echo "$t"
    done
    echo "$threads"
}

# first_blocks N FILE: the first N PEM blocks.
first_blocks() {
    awk -v n="$1" '/^-----BEGIN/ && ++i > n { exit } { print }' "$2"
}

# Runs of the series under way: name of the curve, x, entries or cells, command.
run_curves=() run_x=() run_items=() run_commands=()
plan() {
    run_curves+=("$1")
    run_x+=("$2")
    run_items+=("$3")
    shift 3
    run_commands+=("$(printf '%q ' "$@")")
}

# told FILE: how many were judged, and how many signatures were checked, from what -v says.
told() {
    sed -n 's/^trustval: \([0-9]*\) \(clients\|entries\) .*; \([0-9]*\) signatures checked$/\1,\3/p' \
        "$1" | tail -n 1
}

# run_planned SERIES: all that is planned, in rounds; medians in $out/SERIES.csv.
run_planned() {
    local series=$1 round run judged
    local raw=$work/raw.csv
    echo "curve,x,items,cpu_us,wall_us,peak_kb,private_kb,judged,signatures" >"$raw"
    for round in $(seq "$rounds"); do
        for run in "${!run_x[@]}"; do
            say "$series, round $round of $rounds: ${run_curves[$run]}, ${run_x[$run]}"
            eval "measure $(printf '%q' "$work/output") ${run_commands[$run]}"
            judged=$(told "$work/output.err")
            if [ "$code" -gt 1 ] || [ -z "$judged" ]; then
                die "${run_commands[$run]}: exit code $code: $(tail -n 1 "$work/output.err")"
            fi
            echo "${run_curves[$run]},${run_x[$run]},${run_items[$run]},$cpu_us,$wall_us,$peak_kb,$private_kb,$judged" \
                >>"$raw"
            rm -f "$work/output"
        done
    done
    medians 3 <"$raw" | (IFS= read -r head && echo "$head" && LC_ALL=C sort -s -t , -k 1,1) \
        >"$out/$series.csv"
    run_curves=() run_x=() run_items=() run_commands=()
}

# table SERIES HEAD AWK: a Markdown table in $out/SERIES.md; AWK prints the cells of each line of the
# CSV, with the values of the columns as variables.
table() {
    {
        echo "$2"
        awk -v n="$(tr -cd '|' <<<"$2" | wc -c)" \
            'BEGIN { printf "| ---"; for (i = 2; i < n; i++) printf " | ---:"; print " |" }'
        awk -F, '
            function figure(v) { return v < 10 ? sprintf("%.2f", v) : v < 100 ? sprintf("%.1f", v) \
                : sprintf("%.0f", v) }
            NR > 1 {
                curve = $1; x = $2; items = $3; cpu = $4; wall = $5; peak = $6; private = $7
                judged = $8; signatures = $9
                '"$3"'
            }' "$out/$1.csv"
    } >"$out/$1.md"
}

# curve SERIES NAME: a file of one curve's lines.
curve() {
    local file
    file=$(mktemp "$work/curve.XXXXXX")
    awk -F, -v name="$2" '$1 == name' "$out/$1.csv" >"$file"
    echo "$file"
}

# base: $work/base has as many clients as any series wants, none twice, and their truststore.
base() {
    [ -d "$work/base" ] || mint bulk --out "$work/base" --cas "$cas" --clients "$max"
}

# base_clients N: the file of the first N of them.
base_clients() {
    [ "$1" -lt "$max" ] || ln -sf clients.pem "$work/base/$1.pem"
    [ -e "$work/base/$1.pem" ] || first_blocks "$1" "$work/base/clients.pem" >"$work/base/$1.pem"
    echo "$work/base/$1.pem"
}

# Series -----------------------------------------------------------------------------------------

series_clients() {
    local size
    base
    for size in $(sizes "$from" "$max"); do
        plan "one thread" "$size" "$size" "${verify[@]}" -j 1 -f csv \
            --trust "$work/base/truststore-1.pem" "$(base_clients "$size")"
    done
    run_planned clients
    table clients "| unique clients | CPU µs per client | clients/s | private memory MB |" '
        printf "| %d | %s | %d | %.1f |\n", x, figure(cpu / items), items * 1e6 / wall, private / 1024'
    draw clients <<GNUPLOT
set logscale x
set yrange [0:*]
set y2range [0:*]
set y2tics
set border 11
set xlabel 'unique clients, one truststore of $cas certificates, one thread'
set ylabel 'µs of CPU time per client'
set y2label 'private memory, MB'
plot "$(curve clients "one thread")" using 2:(\$4 / \$3) with linespoints title 'CPU time per client', \
     '' using 2:(\$7 / 1024) axes x1y2 with linespoints title 'private memory'
GNUPLOT
}

# A fleet: certificates that all truststores hold and some that each has alone.
series_stores() {
    local few many stores clients most trust i
    few=$(least 2000 $((max / 20)))
    many=$(least 20000 $((max / 2)))
    mint bulk --out "$work/fleet" --clients "$many" --store-common "$common" --store-own "$own" \
        --stores "$(least 1000 $((2 * max / few)))"
    for clients in "$few" "$many"; do
        first_blocks "$clients" "$work/fleet/clients.pem" >"$work/fleet/$clients.pem"
        most=$(least 1000 $((2 * max / clients)))
        for stores in $(sizes 1 "$most"); do
            trust=()
            for i in $(seq "$stores"); do
                trust+=(--trust "$work/fleet/truststore-$i.pem")
            done
            plan "$clients clients" "$stores" $((stores * clients)) "${verify[@]}" -j 1 -f csv \
                "${trust[@]}" "$work/fleet/$clients.pem"
        done
    done
    run_planned stores
    rm -rf "$work/fleet"
    table stores "| | truststores | cells | CPU ms | CPU µs per further cell | cells/s | signatures checked |" '
        if (x == 1) first[curve] = cpu
        printf "| %s | %d | %d | %.0f | %s | %d | %d |\n", curve, x, items, cpu / 1000,
            x == 1 ? "–" : figure((cpu - first[curve]) * x / items / (x - 1)), items * 1e6 / wall, signatures'
    draw stores <<GNUPLOT
set logscale xy
set xlabel 'truststores, of $common certificates in common and $own of their own each'
set ylabel 'µs of CPU time per cell (client × truststore)'
plot "$(curve stores "$few clients")" using 2:(\$4 / \$3) with linespoints title '$few clients', \
     "$(curve stores "$many clients")" using 2:(\$4 / \$3) with linespoints title '$many clients'
GNUPLOT
}

series_duplicates() {
    local percent
    base
    for percent in 0 50 90 98 99; do
        local clients=$work/base/clients.pem
        if [ "$percent" -gt 0 ]; then
            mint bulk --out "$work/duplicates-$percent" --cas "$cas" --clients "$max" \
                --duplicates "$percent"
            clients=$work/duplicates-$percent/clients.pem
        fi
        local command=("${verify[@]}" -j 1 -f csv --trust "$work/base/truststore-1.pem" "$clients")
        plan "a row each" "$percent" "$max" "${command[@]}"
        plan "--unique" "$percent" "$max" "${command[@]}" --unique
    done
    run_planned duplicates
    rm -rf "$work"/duplicates-*
    table duplicates "| | duplicates % | blocks | CPU µs per block | blocks/s | private memory MB |" '
        printf "| %s | %d | %d | %s | %d | %.1f |\n", curve, x, items, figure(cpu / items),
            items * 1e6 / wall, private / 1024'
    draw duplicates <<GNUPLOT
set logscale y
set xlabel 'percent of $max blocks that repeat another'
set ylabel 'µs of CPU time per block'
plot "$(curve duplicates "a row each")" using 2:(\$4 / \$3) with linespoints title 'a CSV row each', \
     "$(curve duplicates "--unique")" using 2:(\$4 / \$3) with linespoints title '--unique'
GNUPLOT
}

series_threads() {
    local size t
    base
    size=$(least 200000 "$max")
    for t in $(thread_counts); do
        plan "threads" "$t" "$size" "${verify[@]}" -j "$t" -f csv \
            --trust "$work/base/truststore-1.pem" "$(base_clients "$size")"
    done
    run_planned threads
    table threads "| threads | clients | CPU µs per client | clients/s | × one thread | private memory MB |" '
        if (x == 1) first = wall
        printf "| %d | %d | %s | %d | %.2f | %.1f |\n", x, items, figure(cpu / items),
            items * 1e6 / wall, first / wall, private / 1024'
    draw threads <<GNUPLOT
set yrange [0:*]
set xtics 1
set xlabel 'threads'
set ylabel 'clients per second'
set key left
plot "$(curve threads threads)" using 2:(\$3 * 1e6 / \$5) with linespoints title 'trustval verify'
GNUPLOT
}

series_bundle() {
    local size
    base
    mint bundle --out "$work/bundle" --cas "$cas" \
        --entries "$(sizes "$from" "$max" | paste -s -d ,)"
    for size in $(sizes "$from" "$max"); do
        plan "audit" "$size" "$size" "${audit[@]}" -j 1 -f csv "$work/bundle/bundle-$size.pem"
        plan "verify" "$size" "$size" "${verify[@]}" -j 1 -f csv "$(base_clients "$size")" \
            --trust "$work/base/truststore-1.pem"
    done
    run_planned bundle
    rm -rf "$work/bundle"
    table bundle "| | entries or clients | CPU µs each | each/s | private memory MB | signatures checked |" '
        printf "| %s | %d | %s | %d | %.1f | %d |\n", curve, x, figure(cpu / items),
            items * 1e6 / wall, private / 1024, signatures'
    draw bundle <<GNUPLOT
set logscale x
set yrange [0:*]
set xlabel 'entries of one bundle ($cas CA certificates and what they signed), or clients'
set ylabel 'µs of CPU time each'
plot "$(curve bundle audit)" using 2:(\$4 / \$3) with linespoints title 'audit, per entry', \
     "$(curve bundle verify)" using 2:(\$4 / \$3) with linespoints title 'verify, per client'
GNUPLOT
}

# shape SHAPE FROM TO: an audit of each size, and as many clients as the smallest has entries.
shape() {
    local size dir
    for size in $(sizes "$2" "$(least "$3" "$max")"); do
        dir=$work/shapes/$1-$size
        mint odd --shape "$1" --size "$size" --clients "$2" --out "$dir"
        plan "$1: audit" "$size" "$size" "${audit[@]}" -j 1 -f csv "$dir/truststore.pem"
        plan "$1: verify" "$size" $((size + $2)) "${verify[@]}" -j 1 -f csv "$dir/clients.pem" \
            --trust "$dir/truststore.pem"
    done
}

series_shapes() {
    shape same-subject "$from" 100000
    shape one-issuer "$from" 100000
    shape mesh $((from / 10)) $((max / 100))
    shape chain 10 1000
    run_planned shapes
    rm -rf "$work/shapes"
    table shapes "| | entries | CPU µs per certificate read | × the smallest | signatures checked |" '
        if (!(curve in first)) first[curve] = cpu / items
        printf "| %s | %d | %s | %.2f | %d |\n", curve, x, figure(cpu / items),
            cpu / items / first[curve], signatures'
    draw shapes <<GNUPLOT
set logscale xy
set xlabel 'entries of the truststore'
set ylabel 'µs of CPU time per entry, audit'
set key outside
plot "$(curve shapes "same-subject: audit")" using 2:(\$4 / \$3) with linespoints title 'one subject', \
     "$(curve shapes "one-issuer: audit")" using 2:(\$4 / \$3) with linespoints title 'one issuer', \
     "$(curve shapes "chain: audit")" using 2:(\$4 / \$3) with linespoints title 'a chain', \
     "$(curve shapes "mesh: audit")" using 2:(\$4 / \$3) with linespoints title 'a mesh'
GNUPLOT
}

series_files() {
    local size t largest
    largest=$(least 100000 "$max")
    base
    for size in $(sizes "$from" "$largest"); do
        mkdir -p "$work/files/$size"
        awk -v dir="$work/files/$size" '/^-----BEGIN/ { close(file); file = dir "/" ++i ".pem" }
            { print >file }' "$(base_clients "$size")"
        for t in 1 $([ "$threads" -eq 1 ] || echo "$threads"); do
            plan "a directory -j $t" "$size" "$size" "${verify[@]}" -j "$t" -f csv \
                "$work/files/$size" --trust "$work/base/truststore-1.pem"
        done
        plan "one file -j 1" "$size" "$size" "${verify[@]}" -j 1 -f csv \
            "$(base_clients "$size")" --trust "$work/base/truststore-1.pem"
    done
    run_planned files
    rm -rf "$work/files"
    table files "| | certificates | CPU µs each | each/s |" '
        printf "| %s | %d | %s | %d |\n", curve, x, figure(cpu / items), items * 1e6 / wall'
    draw files <<GNUPLOT
set logscale x
set yrange [0:*]
set xlabel 'files of one certificate each'
set ylabel 'µs of CPU time per file'
plot "$(curve files "a directory -j 1")" using 2:(\$4 / \$3) with linespoints title 'a directory of files', \
     "$(curve files "one file -j 1")" using 2:(\$4 / \$3) with linespoints title 'the same in one file'
GNUPLOT
}

# What a run costs before it has judged anything.
series_start() {
    local system=/etc/ssl/certs/ca-certificates.crt
    base
    plan "verify of one client; a truststore of $cas" 1 1 "${verify[@]}" -f csv \
        --trust "$work/base/truststore-1.pem" "$(base_clients 1)"
    plan "audit of that truststore" 1 1 "${audit[@]}" -f csv "$work/base/truststore-1.pem"
    if [ -r "$system" ]; then
        plan "audit of the truststore of this system" 1 1 "${audit[@]}" -f csv "$system"
    fi
    run_planned start
    measure "$work/output" true
    awk -F, -v OFS=, -v cpu="$cpu_us" -v wall="$wall_us" -v kb="$peak_kb" \
        '{ print } END { print "true", 1, 1, cpu, wall, kb, 0, 0, 0 }' "$out/start.csv" >"$work/start.csv"
    mv "$work/start.csv" "$out/start.csv"
    table start "| | CPU ms | wall ms | peak MB |" '
        printf "| %s | %.1f | %.1f | %.1f |\n", curve, cpu / 1000, wall / 1000, peak / 1024'
}

for series in $only; do
    "series_$series"
    echo
    echo "$series"
    cat "$out/$series.md"
done
echo "$(machine); $(rounds_told)." >"$out/machine.md"

if [ "$write_doc" = yes ]; then
    mkdir -p "$root/docs/performance"
    for series in $only; do
        put_section "$root/docs/performance.md" "scale-$series" "$out/$series.md"
        cp "$out/$series.csv" "$root/docs/performance/"
        [ ! -e "$out/$series.svg" ] || cp "$out/$series.svg" "$root/docs/performance/"
    done
    put_section "$root/docs/performance.md" scale-machine "$out/machine.md"
fi
