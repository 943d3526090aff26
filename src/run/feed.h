// SPDX-License-Identifier: Apache-2.0
// Client inputs as pieces of about a megabyte, in order: directories are walked, files opened when
// their turn comes, big files cut before BEGIN lines, pipes read piece by piece. Small files are
// handed out by name; opening them is left to the workers, as is what stands in a piece.
#ifndef TV_RUN_FEED_H
#define TV_RUN_FEED_H

#include "base/arena.h"
#include "io/map.h"
#include "io/stream.h"
#include "run/clients.h"
#include "tv/verify.h"

typedef enum tv_piece_kind {
    TV_PIECE_PEM,
    TV_PIECE_DER,    // certificates in a row; cut between two of them
    TV_PIECE_UTF16,  // a whole file that is to be converted first
    TV_PIECE_UNREAD, // a whole file that tv_feed_read is to read; then one of the above
} tv_piece_kind;

// One input while its pieces are under way. `next_line` and `next_index` belong to the jobs' turns,
// `status` and `error` to the worker that reads the file, all others to the thread that cuts and
// finishes.
typedef struct tv_feed_file {
    char *path;
    uint32_t number;
    tv_map map;
    tv_piece_kind kind; // of its pieces
    bool keep;          // the mapping lives until the feed is closed
    bool cut;           // its last piece was cut
    bool stopped;       // reading it was ended; that it has no certificate means nothing
    tv_status status;   // why it could not be read to its end, told with its last piece ...
    int error;          // ... and the errno
    uint32_t pieces_left;
    uint32_t next_line;  // lines in the pieces that had their turn
    uint32_t next_index; // blocks in them
} tv_feed_file;

typedef struct tv_piece {
    tv_feed_file *file;
    tv_piece_kind kind;
    tv_span bytes;   // TV_PIECE_UNREAD: NULL and the length that is expected
    uint64_t offset; // of `bytes` in the file
    uint8_t *owned;  // the bytes of a pipe, freed with the piece; else NULL
} tv_piece;

typedef struct tv_feed tv_feed;

typedef struct tv_feed_options {
    bool no_mmap;
    uint64_t max_bytes; // of a pipe that has to be held whole
    size_t piece_len;   // about how many bytes make a job; 0: a megabyte
    // Asked while a pipe is waited for: true ends the input with what was read. May be NULL.
    tv_stream_stop_fn *stop;
    void *payload;
} tv_feed_options;

// `options` are for reports.
TV_MUST_USE tv_status tv_feed_open(tv_feed **out, const tv_clients *clients,
                                   const tv_feed_options *reading, const tv_judge_options *options);
void tv_feed_close(tv_feed *feed);

// Fills `*pieces` (grown with tv_vec_grow) with the pieces of the next job. `*num` is 0 when there
// is nothing more. An input that cannot be read is an empty piece, and reported when that is given
// back: reports come in the order of the inputs.
TV_MUST_USE tv_status tv_feed_next(tv_feed *feed, tv_piece **pieces, size_t *cap, size_t *num);

// Reads what is TV_PIECE_UNREAD into `arena`; any thread that owns the piece. False when memory is
// out. A file that cannot be read is empty from then on.
TV_MUST_USE bool tv_feed_read(const tv_feed *feed, tv_piece *piece, tv_arena *arena);

// Gives a piece back, on the thread that cut it, after its job is finished.
void tv_feed_done(tv_feed *feed, tv_piece *piece);

const char *tv_feed_path(const tv_feed *feed, uint32_t number);
uint64_t tv_feed_num_files(const tv_feed *feed);
uint64_t tv_feed_num_failed(const tv_feed *feed);

#endif
