// SPDX-License-Identifier: Apache-2.0
// The first stage of a job of clients: pieces of input come in, blocks go out, each with the record
// of its certificate. A text that is known is not decoded again.

#include "run/verify_job.h"

#include "base/span.h"
#include "base/vec.h"
#include "bundle/decode.h"

// The first stage of one job. The table of certificates lies far from the processor's caches, so
// what a look-up will touch is asked for one block ahead: the place of a text before the block in
// front of it is done, the place of a digest before the block behind it is scanned.
typedef struct scanner {
    tv_verification *self;
    tv_verify_job *job;
    bool waits; // the last block is to be looked up by its digest, with what follows
    tv_fingerprint fingerprint;
    tv_span text; // to be remembered, or empty
    tv_hash128 hash;
} scanner;

// A block of a PEM text before it is looked at.
typedef struct found_block {
    tv_pem_block pem;
    tv_span text; // by which it may be known, or empty
    tv_hash128 hash;
} found_block;

// Finds the record of the block that waits. False: no memory.
static bool settle(scanner *scan)
{
    if (!scan->waits) {
        return true;
    }
    tv_verify_job *job = scan->job;
    tv_unique *unique = tv_uniques_add(scan->self->uniques, &scan->fingerprint, scan->text,
                                       scan->hash, tv_client_position(job, job->num_blocks - 1));
    job->memory->blocks[job->num_blocks - 1].unique = unique;
    scan->waits = false;
    return unique != NULL;
}

// Appends a block of that place. NULL: no memory.
static tv_client_block *append(tv_verify_job *job, uint32_t piece, const tv_pem_block *pem)
{
    if (!tv_vec_grow((void **)&job->memory->blocks, &job->memory->cap_blocks, job->num_blocks + 1,
                     sizeof(tv_client_block))) {
        return NULL;
    }
    tv_client_block *block = &job->memory->blocks[job->num_blocks++];
    *block = (tv_client_block){.pem = *pem, .piece = piece};
    return block;
}

// Has the last block, which is decoded, wait for its record.
static void wait_for_record(scanner *scan, tv_span der, tv_span text, tv_hash128 hash)
{
    if (der.len > 0) {
        tv_sha256(scan->fingerprint.bytes, der);
        tv_uniques_prefetch_digest(scan->self->uniques, &scan->fingerprint);
        scan->text = text;
        scan->hash = hash;
        scan->waits = true;
    }
}

static bool scan_block(scanner *scan, uint32_t piece, const found_block *found)
{
    tv_verify_job *job = scan->job;
    tv_client_block *block = settle(scan) ? append(job, piece, &found->pem) : NULL;
    if (block == NULL) {
        return false;
    }
    if (found->text.len > 0) {
        block->unique = tv_uniques_find_text(scan->self->uniques, found->text, found->hash,
                                             tv_client_position(job, job->num_blocks - 1));
        if (block->unique != NULL) {
            return true;
        }
    }
    uint8_t *room = tv_arena_alloc(&job->memory->arena, tv_base64_room(found->pem.body.len));
    if (room == NULL) {
        return false;
    }
    tv_decoded decoded;
    tv_block_decode(&found->pem, room, &decoded);
    block->der = decoded.der;
    block->problem = decoded.problem;
    block->problem_offset = decoded.problem_offset;
    wait_for_record(scan, block->der, found->text, found->hash);
    return true;
}

// Finds the next block and asks for the place of its text, when it has one that outlives the job.
static bool find_block(const scanner *scan, tv_pem_scan *pem_scan, bool keep, found_block *found)
{
    if (!tv_pem_scan_next(pem_scan, &found->pem)) {
        return false;
    }
    found->text = (tv_span){NULL, 0};
    found->hash = (tv_hash128){0};
    if (keep && found->pem.defect == TV_PEM_SOUND) {
        found->text = found->pem.whole;
        found->hash = tv_uniques_hash(scan->self->uniques, found->text);
        tv_uniques_prefetch_text(scan->self->uniques, found->hash);
    }
    return true;
}

static bool scan_pem(scanner *scan, uint32_t piece, tv_span text)
{
    tv_piece_state *state = &scan->job->states[piece];
    bool keep = scan->job->pieces[piece].file->keep && state->converted == NULL;
    found_block found[2];
    tv_pem_scan pem_scan;
    tv_pem_scan_open(&pem_scan, text, 1);
    bool more = find_block(scan, &pem_scan, keep, &found[0]);
    for (unsigned i = 0; more; i ^= 1) {
        more = find_block(scan, &pem_scan, keep, &found[i ^ 1]);
        if (!scan_block(scan, piece, &found[i])) {
            return false;
        }
    }
    state->num_lines = pem_scan.line - 1; // the scan is at the end of the text
    return true;
}

static bool scan_der(scanner *scan, uint32_t piece)
{
    tv_span all = scan->job->pieces[piece].bytes;
    tv_span rest = all;
    while (rest.len > 0) {
        size_t extent = tv_der_extent(rest);
        tv_span der = tv_span_part(rest, 0, extent != 0 ? extent : rest.len);
        tv_pem_block place = {.whole = der, .offset = (size_t)(rest.ptr - all.ptr)};
        tv_client_block *block = settle(scan) ? append(scan->job, piece, &place) : NULL;
        if (block == NULL) {
            return false;
        }
        block->der = der;
        wait_for_record(scan, der, (tv_span){NULL, 0}, (tv_hash128){0});
        rest = tv_span_part(rest, der.len, rest.len);
    }
    return true;
}

static bool scan_piece(scanner *scan, uint32_t piece)
{
    tv_verify_job *job = scan->job;
    tv_piece *source = &job->pieces[piece];
    tv_piece_state *state = &job->states[piece];
    if (!tv_feed_read(scan->self->feed, source, &job->memory->arena)) {
        return false;
    }
    tv_span text = source->bytes;
    *state = (tv_piece_state){.scale = 1, .first_block = (uint32_t)job->num_blocks};
    bool done;
    if (source->kind == TV_PIECE_DER) {
        done = scan_der(scan, piece);
    } else {
        size_t len;
        if (source->kind == TV_PIECE_UTF16 && tv_pem_from_utf16(text, &state->converted, &len)) {
            state->scale = 2;
            state->mark = text.len > len * 2 ? 2 : 0;
            text = tv_span_make(state->converted, len);
        }
        done = scan_pem(scan, piece, text);
    }
    state->num_blocks = (uint32_t)(job->num_blocks - state->first_block);
    return done;
}

bool tv_verify_scan(tv_verification *self, tv_verify_job *job, tv_run_output *output)
{
    scanner scan = {.self = self, .job = job};
    tv_arena_reset(&job->memory->arena);
    for (uint32_t i = 0; i < job->num_pieces; i++) {
        if (!scan_piece(&scan, i)) {
            return false;
        }
        output->tally.num_bytes += job->pieces[i].bytes.len;
    }
    return settle(&scan);
}
