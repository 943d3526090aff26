// SPDX-License-Identifier: Apache-2.0
// In: any text. Invariants: as many blocks as there are BEGINs, in order, not overlapping, inside
// the text; the same blocks when the text is cut before one of them; all of it with every set of
// instructions that the machine has.
#include "base/span.h"
#include "pem/pem_scan.h"
#include "tv/cpu.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count_begins(tv_span text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.len; at++) {
        count += tv_span_starts_with(tv_span_part(text, at, text.len), TV_LIT("-----BEGIN "));
    }
    return count;
}

static void check_block(tv_span text, const tv_pem_block *block, size_t previous_end)
{
    assert(block->offset >= previous_end);
    assert(block->whole.ptr == text.ptr + block->offset);
    assert(block->whole.len <= text.len - block->offset);
    assert(block->body.ptr >= block->whole.ptr);
    assert(block->body.ptr + block->body.len <= block->whole.ptr + block->whole.len);
    assert(block->label.len == 0 || block->label.ptr + block->label.len <= block->body.ptr);
    assert(count_begins(block->whole) == 1);
    assert(block->line == 1 + tv_pem_count_lines((tv_span){text.ptr, block->offset}));
    uint32_t quirks = tv_pem_quirks(text, block, previous_end);
    assert(block->defect != TV_PEM_BAD_BEGIN || (quirks & TV_PEM_BAD_DASHES) != 0);
    (void)tv_pem_kind_of(block->label);
}

// The blocks behind `cut`, scanned as a text of their own, are the ones that `whole` still has.
static void check_cut(tv_pem_scan whole, size_t cut)
{
    tv_span text = whole.text;
    tv_pem_scan rest;
    uint32_t line = 1 + tv_pem_count_lines((tv_span){text.ptr, cut});
    tv_pem_scan_open(&rest, tv_span_part(text, cut, text.len), line);
    tv_pem_block one;
    tv_pem_block other;
    while (tv_pem_scan_next(&whole, &one)) {
        bool found = tv_pem_scan_next(&rest, &other);
        assert(found && one.whole.ptr == other.whole.ptr && one.whole.len == other.whole.len);
        assert(one.line == other.line && one.defect == other.defect);
    }
    assert(!tv_pem_scan_next(&rest, &other));
}

// What check_block takes as it is.
static uint64_t sum_of(const tv_pem_block *block)
{
    return block->label.len + 3 * block->body.len + 5 * block->whole.len +
           7 * (uint64_t)block->defect;
}

static uint64_t check_blocks(tv_span text)
{
    uint64_t sum = 0;
    tv_pem_scan scan;
    tv_pem_scan_open(&scan, text, 1);
    size_t count = 0;
    size_t end = 0;
    size_t last = 0;
    for (tv_pem_block block; tv_pem_scan_next(&scan, &block); count++) {
        check_block(text, &block, end);
        sum = sum * 31 + sum_of(&block);
        end = block.offset + block.whole.len;
        last = block.offset;
        if (count == 0) {
            check_cut(scan, tv_pem_next_begin(text, end));
        }
    }
    assert(count == count_begins(text));
    assert(tv_pem_last_begin(text) == last);
    assert(scan.line == 1 + tv_pem_count_lines(text));
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tv_span text = {data, size};
    bool used = tv_cpu_use(TV_CPU_PORTABLE);
    uint64_t sum = check_blocks(text);
    for (int level = TV_CPU_PORTABLE + 1; level <= (int)tv_cpu_best(); level++) {
        used = tv_cpu_use((tv_cpu_level)level) && used;
        assert(check_blocks(text) == sum);
    }
    assert(used);

    uint8_t *narrow = NULL;
    size_t len = 0;
    if (tv_pem_from_utf16(text, &narrow, &len)) {
        assert(len <= size / 2 + 1);
        free(narrow);
    }
    return 0;
}
