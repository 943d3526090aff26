#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check_layers.sh [ROOT]
# Reads tools/layers.txt and every source and header under src and include/tv of ROOT (default: the
# tree that this script lies in). Prints a line for each include that is not granted, and for each
# room or row that is amiss; exits 1 when there is one, 2 when it cannot do its work.
set -eu

root=${1:-$(dirname "$0")/..}
cd "$root" || exit 2
if [ ! -r tools/layers.txt ] || [ ! -d src ]; then
    echo "check_layers: $root has no tools/layers.txt or no src" >&2
    exit 2
fi

# The newline keeps names apart; a name with a newline in it is not one that this project has.
files=$(find src include/tv -name '*.[ch]' | LC_ALL=C sort)
if [ -z "$files" ]; then
    echo "check_layers: $root has no sources" >&2
    exit 2
fi
IFS='
'
# shellcheck disable=SC2086 # one argument a line
LC_ALL=C exec awk '
function complain(text) {
    print text
    bad++
}
BEGIN {
    n = split("assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp " \
              "signal stdalign stdarg stdatomic stdbool stddef stdint stdlib stdnoreturn string " \
              "tgmath time uchar wchar wctype", names, " ")
    for (i = 1; i <= n; i++) {
        standard[names[i] ".h"] = 1
    }
}

# The table: rows in order, each granting rooms that stand above it.
FILENAME == ARGV[1] {
    sub(/#.*/, "")
    if (NF == 0) {
        next
    }
    room = $1
    if (!sub(/:$/, "", room)) {
        complain(FILENAME ":" FNR ": a row starts with a room and a colon")
        next
    }
    if (room in is_room) {
        complain(FILENAME ":" FNR ": " room " has a row already")
    }
    for (i = 2; i <= NF; i++) {
        if ($i !~ /\.h$|\/$/ && !($i in is_room)) {
            complain(FILENAME ":" FNR ": " $i " is not a room above " room)
        }
        granted[room, $i] = 1
    }
    is_room[room] = 1
    next
}

# The sources: src/<room>/<file> and include/tv/<file>.
FNR == 1 {
    split(FILENAME, parts, "/")
    room = parts[2]
    if (!(room in is_room)) {
        complain(FILENAME ":1: room " room " has no row in tools/layers.txt")
    }
}
/^[ \t]*#[ \t]*(include|import)/ {
    num_includes++
    if (!match($0, /[<"][^>"]+[>"]/)) {
        complain(FILENAME ":" FNR ": this include does not name its header")
        next
    }
    header = substr($0, RSTART + 1, RLENGTH - 2)
    from = header
    if (!sub(/\/.*/, "", from)) {
        from = "" # no directory
    }
    if (header ~ /(^|\/)\.\.?\//) {
        complain(FILENAME ":" FNR ": " header " is not named from src or include")
    } else if (!(from in is_room ? from == room || from == "tv" || (room, from) in granted \
                                 : header in standard || (room, header) in granted || \
                                   (room, from "/") in granted)) {
        complain(FILENAME ":" FNR ": " room " may not include " header)
    }
}
END {
    if (num_includes == 0) {
        complain("no include was found")
    }
    if (bad > 0) {
        print "check_layers: " bad " not granted by tools/layers.txt" > "/dev/stderr"
        exit 1
    }
}' tools/layers.txt $files
