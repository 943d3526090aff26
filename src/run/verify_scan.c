// SPDX-License-Identifier: Apache-2.0
// The first stage of a job of clients: pieces of input come in, blocks go out, each with the record
// of its certificate. A text that is known is not decoded again.

#include "run/verify_job.h"

#include "base/span.h"
#include "base/vec.h"
#include "bundle/decode.h"

// Appends a block and finds the record of its certificate, when there is DER. False: no memory.
static bool add_block(tv_verification *self, tv_verify_job *job, const tv_client_block *block,
                      tv_span kept_text, tv_hash128 hash)
{
    if (!tv_vec_grow((void **)&job->blocks, &job->cap_blocks, job->num_blocks + 1,
                     sizeof(tv_client_block))) {
        return false;
    }
    tv_client_block *added = &job->blocks[job->num_blocks++];
    *added = *block;
    if (added->unique == NULL && added->der.len > 0) {
        tv_fingerprint fingerprint;
        tv_sha256(fingerprint.bytes, added->der);
        added->unique = tv_uniques_add(self->uniques, &fingerprint, kept_text, hash,
                                       tv_client_position(job, job->num_blocks - 1));
        return added->unique != NULL;
    }
    return true;
}

static bool scan_block(tv_verification *self, tv_verify_job *job, uint32_t piece,
                       const tv_pem_block *pem)
{
    tv_client_block block = {.pem = *pem, .piece = piece};
    bool keep = job->pieces[piece].file->keep && job->states[piece].converted == NULL &&
                pem->defect == TV_PEM_SOUND;
    tv_span kept_text = keep ? pem->whole : (tv_span){NULL, 0};
    tv_hash128 hash = {0};
    if (keep) {
        hash = tv_uniques_hash(self->uniques, pem->whole);
        block.unique = tv_uniques_find_text(self->uniques, pem->whole, hash,
                                            tv_client_position(job, job->num_blocks));
    }
    if (block.unique == NULL) {
        uint8_t *room = tv_arena_alloc(&job->arena, tv_base64_room(pem->body.len));
        if (room == NULL) {
            return false;
        }
        tv_decoded decoded;
        tv_block_decode(pem, room, &decoded);
        block.der = decoded.der;
        block.problem = decoded.problem;
        block.problem_offset = decoded.problem_offset;
    }
    return add_block(self, job, &block, kept_text, hash);
}

static bool scan_pem(tv_verification *self, tv_verify_job *job, uint32_t piece, tv_span text)
{
    tv_piece_state *state = &job->states[piece];
    tv_pem_scan scan;
    tv_pem_block pem;
    tv_pem_scan_open(&scan, text, 1);
    while (tv_pem_scan_next(&scan, &pem)) {
        if (!scan_block(self, job, piece, &pem)) {
            return false;
        }
    }
    state->num_lines =
        scan.line - 1 + tv_pem_count_lines(tv_span_part(text, scan.counted, text.len));
    return true;
}

static bool scan_der(tv_verification *self, tv_verify_job *job, uint32_t piece)
{
    tv_span all = job->pieces[piece].bytes;
    tv_span rest = all;
    while (rest.len > 0) {
        size_t extent = tv_der_extent(rest);
        tv_client_block block = {.piece = piece};
        block.der = tv_span_part(rest, 0, extent != 0 ? extent : rest.len);
        block.pem.whole = block.der;
        block.pem.offset = (size_t)(rest.ptr - all.ptr);
        if (!add_block(self, job, &block, (tv_span){NULL, 0}, (tv_hash128){0})) {
            return false;
        }
        rest = tv_span_part(rest, block.der.len, rest.len);
    }
    return true;
}

static bool scan_piece(tv_verification *self, tv_verify_job *job, uint32_t piece)
{
    const tv_piece *source = &job->pieces[piece];
    tv_piece_state *state = &job->states[piece];
    tv_span text = source->bytes;
    *state = (tv_piece_state){.scale = 1, .first_block = (uint32_t)job->num_blocks};
    bool done;
    if (source->kind == TV_PIECE_DER) {
        done = scan_der(self, job, piece);
    } else {
        size_t len;
        if (source->kind == TV_PIECE_UTF16 && tv_pem_from_utf16(text, &state->converted, &len)) {
            state->scale = 2;
            state->mark = text.len > len * 2 ? 2 : 0;
            text = tv_span_make(state->converted, len);
        }
        done = scan_pem(self, job, piece, text);
    }
    state->num_blocks = (uint32_t)(job->num_blocks - state->first_block);
    return done;
}

bool tv_verify_scan(tv_verification *self, tv_verify_job *job, tv_run_output *output)
{
    tv_arena_reset(&job->arena);
    for (uint32_t i = 0; i < job->num_pieces; i++) {
        if (!scan_piece(self, job, i)) {
            return false;
        }
        output->tally.num_bytes += job->pieces[i].bytes.len;
    }
    return true;
}
