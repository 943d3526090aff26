#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The layer check takes a tree that keeps to its table and names what is wrong in one that does not.
set -eu

check=$TV_SOURCE_DIR/tools/check_layers.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# reset: a tree of two rooms that keeps to its table.
reset() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree/tools" "$tree/src/left" "$tree/src/right" "$tree/include/tv"
    printf 'tv:\nleft: fcntl.h sys/mman.h\nright: left vendor/ # their library\n' \
        >"$tree/tools/layers.txt"
    echo '#include <stdint.h>' >"$tree/include/tv/common.h"
    printf '%s\n' '#include "left/left.h"' '#include "tv/common.h"' '#include <fcntl.h>' \
        '#include <string.h>' '#include <sys/mman.h>' >"$tree/src/left/left.c"
    echo '#include "tv/common.h"' >"$tree/src/left/left.h"
    printf '%s\n' '#include "left/left.h"' ' # include <vendor/deep/x.h>' >"$tree/src/right/right.c"
}

fail() {
    echo "FAIL: $*"
    exit 1
}

# refuses LINE FILE EXPECTED: LINE in FILE makes the check fail with a line that starts so.
refuses() {
    reset
    echo "$1" >>"$tree/$2"
    status=0
    output=$("$check" "$tree" 2>/dev/null) || status=$?
    [ "$status" -eq 1 ] || fail "'$1' in $2: exit $status, not 1"
    case $output in
    "$3"*) ;;
    *) fail "'$1' in $2: printed '$output', not '$3'" ;;
    esac
}

reset
"$check" "$tree" || fail "a tree that keeps to its table is refused"

refuses '#include "right/right.h"' src/left/left.c 'src/left/left.c:6: left may not include right/right.h'
refuses '#include <stdio.h>' src/left/left.h 'src/left/left.h:2: left may not include stdio.h'
refuses '#include <threads.h>' src/right/right.c 'src/right/right.c:3: right may not include threads.h'
refuses '#include <unistd.h>' src/left/left.c 'src/left/left.c:6: left may not include unistd.h'
refuses '#include <fcntl.h>' src/right/right.c 'src/right/right.c:3: right may not include fcntl.h'
refuses '#include "left.h"' src/left/left.c 'src/left/left.c:6: left may not include left.h'
refuses '#include "left/left.h"' include/tv/common.h 'include/tv/common.h:2: tv may not include left/left.h'
refuses '#include "../right/right.h"' src/left/left.c 'src/left/left.c:6: ../right/right.h is not named from'
refuses '#include HEADER' src/left/left.c 'src/left/left.c:6: this include does not name its header'
refuses 'up: right down' tools/layers.txt 'tools/layers.txt:4: down is not a room above up'
refuses 'left:' tools/layers.txt 'tools/layers.txt:4: left has a row already'
refuses 'left' tools/layers.txt 'tools/layers.txt:4: a row starts with a room and a colon'

reset
mkdir "$tree/src/attic"
echo '#include <stdint.h>' >"$tree/src/attic/box.c"
"$check" "$tree" >/dev/null 2>&1 && fail "a room without a row is taken"

status=0
"$check" "$tree/nowhere" >/dev/null 2>&1 || status=$?
[ "$status" -eq 2 ] || fail "a tree that is not there: exit $status, not 2"
