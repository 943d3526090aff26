// SPDX-License-Identifier: Apache-2.0
// Paths come in, pieces of text go out. A cut before a BEGIN line changes nothing: the scanner
// starts anew at each of them. A file that is large enough stays mapped until the end of the run,
// so that a block can be compared with its first occurrence there. A small one is looked at here
// and read by the worker that scans it: for a certificate's length a mapping costs more than a
// copy.

#include "run/feed.h"

#include "base/span.h"
#include "base/vec.h"
#include "bundle/decode.h"
#include "io/whole.h"
#include "pem/pem_scan.h"

#include <stdlib.h>

enum {
    USUAL_PIECE = 1 << 20,
    MAX_PIECES = 1024,   // in a job
    MAX_DERS = 1 << 14,  // certificates in a piece that is DER
    KEEP_FROM = 1 << 18, // bytes of a file that is mapped, and kept so
    MAX_BLOCK = 1 << 22, // a block of a pipe that is longer is cut
    BEGIN_LEN = 11,      // of "-----BEGIN "
    FIRST_PATHS_BITS = 6,
    MAX_PATH_CHUNKS = 26,
};

// How the current input is read.
typedef enum reading_way {
    WAY_MAP,
    WAY_STREAM,
    WAY_UNREAD, // small: by a worker
    WAY_FAILED, // not at all
} reading_way;

struct tv_feed {
    tv_client_walk *walk;
    const tv_judge_options *options;
    tv_feed_options reading;
    tv_feed_file **files; // by number; NULL once given back
    size_t num_files, cap_files;
    // Paths by number. Each piece of memory is twice as big as the one before, so that none is ever
    // moved: workers read paths while files are added.
    char **paths[MAX_PATH_CHUNKS];
    uint64_t num_failed;
    uint64_t num_directories; // among `files`, as they could not be read
    tv_feed_file *current;    // being cut, or NULL
    reading_way way;
    size_t at;         // bytes of a mapping that were cut
    size_t len_unread; // of a small file
    tv_stream stream;  // when it is a pipe
    uint8_t *carry;    // of the pipe: read and not handed out
    size_t carry_len, carry_cap;
    uint64_t stream_offset; // of `carry` in the pipe
    bool stream_ended;
    bool stopped; // nothing more is read
};

tv_status tv_feed_open(tv_feed **out, const tv_clients *clients, const tv_feed_options *reading,
                       const tv_judge_options *options)
{
    *out = NULL;
    tv_feed *feed = calloc(1, sizeof(*feed));
    if (feed == NULL) {
        return TV_ERR_NOMEM;
    }
    feed->options = options;
    feed->reading = *reading;
    if (feed->reading.piece_len == 0) {
        feed->reading.piece_len = USUAL_PIECE;
    }
    feed->stream.fd = -1;
    tv_status status = tv_client_walk_open(&feed->walk, clients);
    if (status != TV_OK) {
        tv_feed_close(feed);
        return status;
    }
    *out = feed;
    return TV_OK;
}

// The piece of memory that holds a path, and its place there.
static unsigned path_chunk(uint32_t number, uint32_t *place)
{
    unsigned chunk = 31U - (unsigned)__builtin_clz((number >> FIRST_PATHS_BITS) + 1);
    *place = number - (((UINT32_C(1) << chunk) - 1) << FIRST_PATHS_BITS);
    return chunk;
}

const char *tv_feed_path(const tv_feed *feed, uint32_t number)
{
    uint32_t place;
    unsigned chunk = path_chunk(number, &place);
    return feed->paths[chunk][place];
}

static bool set_path(tv_feed *feed, uint32_t number, char *path)
{
    uint32_t place;
    unsigned chunk = path_chunk(number, &place);
    if (chunk >= MAX_PATH_CHUNKS) {
        return false;
    }
    if (feed->paths[chunk] == NULL) {
        feed->paths[chunk] = malloc(sizeof(char *) << (FIRST_PATHS_BITS + chunk));
    }
    if (feed->paths[chunk] == NULL) {
        return false;
    }
    feed->paths[chunk][place] = path;
    return true;
}

static void close_file(tv_feed *feed, tv_feed_file *file)
{
    tv_map_close(&file->map);
    feed->files[file->number] = NULL;
    free(file);
}

void tv_feed_close(tv_feed *feed)
{
    if (feed == NULL) {
        return;
    }
    for (uint32_t i = 0; i < feed->num_files; i++) {
        uint32_t place;
        unsigned chunk = path_chunk(i, &place);
        if (feed->files[i] != NULL) {
            close_file(feed, feed->files[i]);
        }
        free(feed->paths[chunk][place]);
    }
    for (unsigned i = 0; i < MAX_PATH_CHUNKS; i++) {
        free(feed->paths[i]);
    }
    free(feed->files);
    free(feed->carry);
    tv_stream_close(&feed->stream);
    tv_client_walk_close(feed->walk);
    free(feed);
}

static void report(tv_feed *feed, const tv_feed_file *file)
{
    feed->num_failed++;
    if (feed->options->problem != NULL) {
        feed->options->problem(feed->options->payload, file->path, file->status, file->error);
    }
}

// Takes over `path`.
static tv_status add_file(tv_feed *feed, char *path, tv_feed_file **out)
{
    tv_feed_file *file = calloc(1, sizeof(*file));
    if (file == NULL ||
        !tv_vec_grow((void **)&feed->files, &feed->cap_files, feed->num_files + 1,
                     sizeof(tv_feed_file *)) ||
        !set_path(feed, (uint32_t)feed->num_files, path)) {
        free(file);
        free(path);
        return TV_ERR_NOMEM;
    }
    file->path = path;
    file->number = (uint32_t)feed->num_files;
    feed->files[feed->num_files++] = file;
    *out = file;
    return TV_OK;
}

static bool is_small(const tv_feed *feed, const char *path, uint64_t len)
{
    const tv_feed_options *reading = &feed->reading;
    return len > 0 && len < KEEP_FROM && len <= reading->piece_len &&
           (!reading->no_mmap || len <= reading->max_bytes) && strcmp(path, "-") != 0;
}

static tv_status open_stream(tv_feed *feed, tv_feed_file *file)
{
    tv_status status = tv_stream_open_stoppable(&feed->stream, file->path, feed->reading.stop,
                                                feed->reading.payload);
    file->error = feed->stream.error;
    feed->way = WAY_STREAM;
    feed->carry_len = 0;
    feed->stream_offset = 0;
    feed->stream_ended = false;
    return status;
}

// Decides how `file` is read, and opens it where that is not left to a worker.
static tv_status open_way(tv_feed *feed, tv_feed_file *file)
{
    bool is_stream;
    uint64_t len;
    tv_status status = tv_stream_look(&is_stream, &len, file->path, &file->error);
    if (status != TV_OK) {
        return status;
    }
    if (!is_stream && is_small(feed, file->path, len)) {
        feed->way = WAY_UNREAD;
        feed->len_unread = (size_t)len;
        return TV_OK;
    }
    if (!is_stream && !feed->reading.no_mmap) {
        status = tv_map_open(&file->map, file->path, true, 0);
        file->error = file->map.error;
        file->keep = file->map.bytes.len >= KEEP_FROM;
        feed->way = WAY_MAP;
        if (status != TV_ERR_NOMEM) {
            return status;
        } // no room for a mapping: it can still be read
    }
    return open_stream(feed, file);
}

// Opens `path`, which the feed takes over.
static tv_status open_file(tv_feed *feed, char *path)
{
    tv_feed_file *file;
    tv_status status = add_file(feed, path, &file);
    if (status != TV_OK) {
        return status;
    }
    feed->current = file;
    feed->at = 0;
    status = open_way(feed, file);
    if (status == TV_ERR_NOMEM) {
        return status;
    }
    if (status != TV_OK) {
        file->status = status;
        feed->way = WAY_FAILED;
    }
    return TV_OK;
}

// Opens the next input. `current` is NULL when there is none left.
static tv_status open_next(tv_feed *feed)
{
    if (feed->current != NULL) {
        return TV_OK;
    }
    char *path;
    int error;
    tv_status status = tv_client_walk_next(feed->walk, &path, &error);
    if (status == TV_OK && path != NULL) {
        return open_file(feed, path);
    }
    if (status != TV_ERR_READ || path == NULL) {
        free(path);
        return status;
    }
    tv_feed_file *file;
    tv_status added = add_file(feed, path, &file);
    if (added == TV_OK) {
        file->status = status;
        file->error = error;
        feed->num_directories++;
        feed->current = file;
        feed->way = WAY_FAILED;
    }
    return added;
}

// Two NULs in the first four bytes, or a byte order mark: a cheap look that pem repeats with care.
static bool may_be_utf16(tv_span bytes)
{
    if (bytes.len < 4) {
        return false;
    }
    const uint8_t *b = bytes.ptr;
    bool mark = (b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff);
    return mark || (b[0] == 0 && b[2] == 0) || (b[1] == 0 && b[3] == 0);
}

static tv_piece_kind kind_of(tv_span bytes)
{
    if (tv_looks_like_der(bytes)) {
        return TV_PIECE_DER;
    }
    return may_be_utf16(bytes) ? TV_PIECE_UTF16 : TV_PIECE_PEM;
}

// Where certificates in a row can be cut behind `room` bytes or MAX_DERS of them. What is no
// certificate reaches to the end.
static size_t cut_of_ders(tv_span rest, size_t room)
{
    size_t at = 0;
    for (size_t i = 0; i < MAX_DERS && at < room && at < rest.len; i++) {
        size_t extent = tv_der_extent(tv_span_part(rest, at, rest.len));
        if (extent == 0) {
            return rest.len;
        }
        at += extent;
    }
    return at;
}

// The next piece of a mapped file.
static void cut_map(tv_feed *feed, size_t room, tv_piece *out)
{
    tv_feed_file *file = feed->current;
    tv_span text = file->map.bytes;
    tv_span rest = tv_span_part(text, feed->at, text.len);
    size_t end = text.len;
    if (feed->at == 0) {
        file->kind = kind_of(text);
    }
    if (file->kind == TV_PIECE_PEM && rest.len > room) {
        end = tv_pem_next_begin(text, feed->at + room);
    } else if (file->kind == TV_PIECE_DER) {
        end = feed->at + cut_of_ders(rest, room);
    }
    *out = (tv_piece){
        .file = file,
        .kind = file->kind,
        .bytes = tv_span_part(rest, 0, end - feed->at),
        .offset = feed->at,
    };
    feed->at = end;
    file->cut = end == text.len;
}

static tv_status read_more(tv_feed *feed, size_t len)
{
    if (!tv_vec_grow((void **)&feed->carry, &feed->carry_cap, feed->carry_len + len, 1)) {
        return TV_ERR_NOMEM;
    }
    size_t got;
    tv_status status = tv_stream_read(&feed->stream, feed->carry + feed->carry_len, len, &got);
    if (status == TV_OK || status == TV_ERR_CANCELLED) {
        feed->carry_len += got;
        feed->stream_ended = status == TV_OK && got < len;
    }
    return status;
}

// Reads a pipe that is no PEM text to its end: it cannot be cut.
static tv_status read_whole(tv_feed *feed)
{
    while (!feed->stream_ended) {
        if (feed->carry_len > feed->reading.max_bytes) {
            return TV_ERR_TOO_LARGE;
        }
        tv_status status = read_more(feed, feed->reading.piece_len);
        if (status != TV_OK) {
            return status;
        }
    }
    return TV_OK;
}

// Where a text that is one long block, or none, can be cut: neither within a BEGIN nor between CR
// and LF.
static size_t cut_of_long_block(tv_span text)
{
    size_t cut = text.len - (BEGIN_LEN - 1);
    return text.ptr[cut] == '\n' ? cut - 1 : cut;
}

// How much of what was read can be handed out: all up to the last BEGIN line, whose block may go
// on.
static tv_status read_blocks(tv_feed *feed, size_t *len)
{
    for (;;) {
        *len = feed->carry_len;
        if (feed->stream_ended) {
            return TV_OK;
        }
        tv_span text = tv_span_make(feed->carry, feed->carry_len);
        size_t last = tv_pem_last_begin(text);
        if (text.len >= feed->reading.piece_len && last > 0) {
            *len = last;
            return TV_OK;
        }
        if (text.len >= MAX_BLOCK) {
            *len = cut_of_long_block(text);
            return TV_OK;
        }
        tv_status status = read_more(feed, feed->reading.piece_len);
        if (status != TV_OK) {
            return status;
        }
    }
}

// Reads the next piece of a pipe: `*len` bytes of what was read are to be handed out.
static tv_status read_piece(tv_feed *feed, tv_piece_kind *kind, size_t *len)
{
    tv_status status = TV_OK;
    *len = 0;
    if (feed->stream_offset == 0 && feed->carry_len == 0) {
        status = read_more(feed, feed->reading.piece_len);
        *kind = kind_of(tv_span_make(feed->carry, feed->carry_len));
    }
    if (status == TV_OK && *kind == TV_PIECE_PEM) {
        status = read_blocks(feed, len);
    } else if (status == TV_OK) {
        status = read_whole(feed);
        *len = feed->carry_len;
    }
    if (status != TV_ERR_CANCELLED) {
        return status;
    }
    // Blocks that were read whole are still told.
    feed->stopped = true;
    *len =
        *kind == TV_PIECE_PEM ? tv_pem_last_begin(tv_span_make(feed->carry, feed->carry_len)) : 0;
    return TV_OK;
}

// The next piece of a pipe, with bytes of its own.
static tv_status cut_stream(tv_feed *feed, tv_piece *out)
{
    tv_feed_file *file = feed->current;
    *out = (tv_piece){.file = file, .offset = feed->stream_offset};
    size_t len;
    tv_status status = read_piece(feed, &out->kind, &len);
    if (status != TV_OK) {
        return status;
    }
    out->owned = malloc(len + 1);
    if (out->owned == NULL) {
        return TV_ERR_NOMEM;
    }
    if (len > 0) {
        memcpy(out->owned, feed->carry, len);
        memmove(feed->carry, feed->carry + len, feed->carry_len - len);
    }
    out->bytes = tv_span_make(out->owned, len);
    feed->carry_len -= len;
    feed->stream_offset += len;
    file->stopped = feed->stopped;
    file->cut = feed->stopped || (feed->stream_ended && feed->carry_len == 0);
    return TV_OK;
}

// The next piece of the current input.
static void cut_piece(tv_feed *feed, size_t room, tv_piece *out)
{
    tv_feed_file *file = feed->current;
    tv_status status = TV_OK;
    switch (feed->way) {
    case WAY_MAP:
        cut_map(feed, room, out);
        break;
    case WAY_STREAM:
        status = cut_stream(feed, out);
        break;
    case WAY_UNREAD:
        *out = (tv_piece){.file = file, .kind = TV_PIECE_UNREAD, .bytes.len = feed->len_unread};
        file->cut = true;
        break;
    case WAY_FAILED:
        *out = (tv_piece){.file = file};
        file->cut = true;
        break;
    }
    if (status != TV_OK) {
        file->status = status;
        file->error = feed->stream.error;
        file->cut = true;
        *out = (tv_piece){.file = file}; // an empty piece ends the file
    }
    if (file->cut) {
        tv_stream_close(&feed->stream);
        feed->current = NULL;
    }
    file->pieces_left++;
}

tv_status tv_feed_next(tv_feed *feed, tv_piece **pieces, size_t *cap, size_t *num)
{
    size_t bytes = 0;
    *num = 0;
    while (!feed->stopped && bytes < feed->reading.piece_len && *num < MAX_PIECES) {
        tv_status status = open_next(feed);
        if (status != TV_OK || feed->current == NULL) {
            return status;
        }
        if (!tv_vec_grow((void **)pieces, cap, *num + 1, sizeof(tv_piece))) {
            return TV_ERR_NOMEM;
        }
        cut_piece(feed, feed->reading.piece_len - bytes, &(*pieces)[*num]);
        const tv_piece *piece = &(*pieces)[(*num)++];
        if (piece->kind == TV_PIECE_DER) {
            break; // so that MAX_DERS bounds a job
        }
        bytes += piece->bytes.len;
    }
    return TV_OK;
}

bool tv_feed_read(const tv_feed *feed, tv_piece *piece, tv_arena *arena)
{
    tv_feed_file *file = piece->file;
    if (piece->kind != TV_PIECE_UNREAD) {
        return true;
    }
    size_t expected = piece->bytes.len;
    piece->bytes = (tv_span){NULL, 0};
    file->status = tv_whole_read(&piece->bytes, arena, file->path, expected,
                                 feed->reading.max_bytes, &file->error);
    piece->kind = kind_of(piece->bytes);
    return file->status != TV_ERR_NOMEM;
}

void tv_feed_done(tv_feed *feed, tv_piece *piece)
{
    tv_feed_file *file = piece->file;
    free(piece->owned);
    piece->owned = NULL;
    file->pieces_left--;
    if (!file->cut || file->pieces_left > 0) {
        return;
    }
    if (file->status != TV_OK) {
        report(feed, file);
    } else if (file->next_index == 0 && !file->stopped) {
        file->status = TV_ERR_NO_CERTIFICATE;
        file->error = 0;
        report(feed, file);
    }
    if (!file->keep) {
        close_file(feed, file);
    }
}

uint64_t tv_feed_num_files(const tv_feed *feed)
{
    return feed->num_files - feed->num_directories;
}

uint64_t tv_feed_num_failed(const tv_feed *feed)
{
    return feed->num_failed;
}
