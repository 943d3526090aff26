#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# suite_table.sh [--check] [BUILD]
# Counts how many cases of other projects' verification suites the program of BUILD (build/release)
# judges as the suite expects under profile rfc5280, beside the same count for other validators, and
# writes the table into README.md between its suite-table marks. --check writes nothing and fails
# when the page shows another table. TV_SUITES names the directory of the suites; exits 77 when it
# has none, 2 when there is no build.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
check=no
if [ "${1:-}" = --check ]; then
    check=yes
    shift
fi
build=${1:-$root/build/release}
suites=${TV_SUITES:-$root/../shared/suites}
[ -d "$suites/cases" ] || { echo "skipped: $suites has no cases" && exit 77; }
for program in trustval tests/suites_suites; do
    if [ ! -x "$build/$program" ]; then
        echo "suite_table: there is no $build/$program; build it, or name another build" >&2
        exit 2
    fi
done
page=$root/README.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What the test counts: a line "suite tier right wrong undecided" for each, below the title. That
# every difference has its row is the test's own business, not the table's.
TRUSTVAL=$build/trustval TV_SUITES=$suites "$build/tests/suites_suites" >"$work/output" 2>"$work/errors" || true
awk '/^Profile rfc5280/ { inside = 1; next }
     /^all +all/ { inside = 0 }
     inside && $1 != "suite" { print $1, $2, $3, $3 + $4 + $5 }' "$work/output" >"$work/ours"
[ -s "$work/ours" ] || { cat "$work/errors" >&2 && echo "suite_table: no counts" >&2 && exit 2; }

# The same for the others, a file of verdicts a suite.
for file in "$suites"/cases/*.others.tsv; do
    case $file in *.crl.*) continue ;; esac
    awk -F '\t' -v suite="$(basename "$file" .others.tsv)" '
        NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
        {
            tiers[$2] = 1
            a[$2] += $column["openssl"] == $3
            b[$2] += $column["openssl36"] == $3
            c[$2] += $column["gnutls"] == $3
            d[$2] += $column["go127"] == $3
        }
        END { for (t in tiers) print suite, t, a[t], b[t], c[t], d[t] }' "$file"
done >"$work/others"

awk '
    BEGIN {
        count = split("core policy profile dos strict contested webpki impl", order)
        print "| tier | suite | cases | trustval | OpenSSL 3.0 | OpenSSL 3.6 | GnuTLS 3.7 | Go 1.27 |"
        print "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    }
    FNR == NR { others[$1, $2] = $3 " " $4 " " $5 " " $6; next }
    { right[$2, $1] = $3; cases[$2, $1] = $4; suites[$1] = 1; if (!($1 in seen)) { seen[$1] = 1; names[++n] = $1 } }
    function row(tier, suite, all, ours, rest, mark,    v) {
        split(rest, v, " ")
        printf "| %s | %s | %s%d%s | %s%d%s | %s%d%s | %s%d%s | %s%d%s | %s%d%s |\n", tier, suite,
            mark, all, mark, mark, ours, mark, mark, v[1], mark, mark, v[2], mark, mark, v[3], mark,
            mark, v[4], mark
    }
    END {
        for (t = 1; t <= count; t++) {
            tier = order[t]
            split("0 0 0 0", sum, " ")
            all = ours = many = 0
            for (i = 1; i <= n; i++) {
                if (!((tier, names[i]) in cases)) {
                    continue
                }
                many++
                split(others[names[i], tier], v, " ")
                for (j = 1; j <= 4; j++) {
                    sum[j] += v[j]
                }
                all += cases[tier, names[i]]
                ours += right[tier, names[i]]
                row(tier, names[i], cases[tier, names[i]], right[tier, names[i]],
                    others[names[i], tier], "")
            }
            if (many > 1) {
                row("**" tier "**", "**all**", all, ours, sum[1] " " sum[2] " " sum[3] " " sum[4], "**")
            }
        }
    }' "$work/others" "$work/ours" >"$work/table"

awk -v table="$work/table" '
    /<!-- suite-table:end -->/ { skip = 0 }
    !skip { print }
    /<!-- suite-table:begin -->/ {
        skip = 1
        found = 1
        print ""
        while ((getline line < table) > 0) print line
        print ""
    }
    END { exit !found }' "$page" >"$work/page" || {
    echo "suite_table: README.md has no suite-table marks" >&2
    exit 2
}
if [ "$check" = yes ]; then
    diff -u "$page" "$work/page"
else
    cp "$work/page" "$page"
fi
