// SPDX-License-Identifier: Apache-2.0
// Client inputs as pieces: the pieces of a file put together are the file, no BEGIN line is cut,
// what is no PEM text stays whole, and inputs that cannot be read are told once.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "pem/pem_scan.h"
#include "run/feed.h"
#include "unit/run/scene.h"

enum { MEGABYTE = 1 << 20, MAX_BLOCK = 4 * MEGABYTE };

typedef struct told {
    char file[64];
    tv_status status;
    unsigned count;
} told;

static void take_problem(void *payload, const char *file, tv_status status, int error)
{
    told *last = payload;
    (void)error;
    snprintf(last->file, sizeof(last->file), "%s", file);
    last->status = status;
    last->count++;
}

// What reading a list of inputs gave.
typedef struct reading {
    tv_buf bytes; // of all pieces
    size_t num_unread;
    size_t num_pieces, num_jobs, num_begins;
    uint32_t num_lines;
    size_t largest;
    tv_piece_kind kind; // of the first piece
    told problem;
    uint64_t num_files, num_failed;
} reading;

// Plays the parts of a worker, turn and finish for each piece.
static void take_piece(reading *out, tv_feed *feed, tv_piece *piece, uint64_t *offset)
{
    tv_arena arena = {0};
    out->num_unread += piece->kind == TV_PIECE_UNREAD ? 1 : 0;
    assert_true(tv_feed_read(feed, piece, &arena));
    assert_int_not_equal(piece->kind, TV_PIECE_UNREAD);
    if (piece->offset == 0) {
        *offset = 0;
    }
    assert_int_equal(piece->offset, *offset);
    *offset += piece->bytes.len;
    tv_buf_add(&out->bytes, piece->bytes);
    if (out->num_pieces++ == 0) {
        out->kind = piece->kind;
    }
    out->largest = piece->bytes.len > out->largest ? piece->bytes.len : out->largest;
    out->num_lines += tv_pem_count_lines(piece->bytes);
    size_t begins = 0;
    for (size_t at = 0; (at = tv_pem_next_begin(piece->bytes, at)) < piece->bytes.len; at++) {
        begins++;
    }
    out->num_begins += begins;
    piece->file->next_index += (uint32_t)begins;
    tv_feed_done(feed, piece);
    tv_arena_close(&arena);
}

static void read_all(reading *out, const char *const *paths, bool use_mmap, uint64_t max_bytes,
                     size_t piece_len)
{
    *out = (reading){0};
    tv_clients *clients;
    tv_feed *feed;
    tv_judge_options options = {.problem = take_problem, .payload = &out->problem};
    tv_piece *pieces = NULL;
    size_t cap = 0;
    size_t num;
    uint64_t offset = 0;
    assert_int_equal(tv_clients_open(&clients), TV_OK);
    for (; *paths != NULL; paths++) {
        assert_int_equal(tv_clients_add(clients, *paths), TV_OK);
    }
    tv_feed_options how = {.no_mmap = !use_mmap, .max_bytes = max_bytes, .piece_len = piece_len};
    assert_int_equal(tv_feed_open(&feed, clients, &how, &options), TV_OK);
    for (;;) {
        assert_int_equal(tv_feed_next(feed, &pieces, &cap, &num), TV_OK);
        if (num == 0) {
            break;
        }
        out->num_jobs++;
        for (size_t i = 0; i < num; i++) {
            take_piece(out, feed, &pieces[i], &offset);
        }
    }
    out->num_files = tv_feed_num_files(feed);
    out->num_failed = tv_feed_num_failed(feed);
    free(pieces);
    tv_feed_close(feed);
    tv_clients_close(clients);
}

// Reads one file mapped, read and through a pipe; the pieces are always the file.
static void check_all_ways(tv_span bytes, size_t piece_len, tv_piece_kind kind)
{
    static const char *const paths[] = {"input", NULL};
    size_t begins = 0;
    for (size_t at = 0; (at = tv_pem_next_begin(bytes, at)) < bytes.len; at++) {
        begins++;
    }
    for (int way = 0; way < 3; way++) {
        reading out;
        pid_t child = 0;
        if (way == 2) {
            child = scene_pipe("input", bytes);
        } else {
            scene_write("input", bytes);
        }
        read_all(&out, paths, way == 0, UINT64_C(1) << 32, piece_len);
        if (way == 2) {
            scene_pipe_close("input", child);
        } else {
            assert_int_equal(unlink("input"), 0);
        }
        assert_true(tv_span_equal(tv_buf_span(&out.bytes), bytes));
        assert_int_equal(out.num_begins, begins);
        assert_int_equal(out.num_lines, tv_pem_count_lines(bytes));
        assert_int_equal(out.kind, kind);
        // Whole: what a worker reads, what cannot be cut, a pipe that is no PEM text.
        assert_int_equal(out.num_unread,
                         way < 2 && bytes.len > 0 && bytes.len <= piece_len ? 1 : 0);
        if (out.num_unread > 0 || kind == TV_PIECE_UTF16 || (kind == TV_PIECE_DER && way > 0) ||
            (kind == TV_PIECE_PEM && begins < 2)) {
            assert_int_equal(out.num_pieces, 1);
        } else if (kind == TV_PIECE_PEM && piece_len < 12) {
            assert_true(out.num_pieces > 1);
        }
        assert_int_equal(out.problem.count, begins == 0 ? 1 : 0);
        assert_int_equal(out.num_files, 1);
        tv_buf_close(&out.bytes);
    }
}

#define BLOCK "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"

static void test_pieces_make_the_file(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
        tv_piece_kind kind;
    } cases[] = {
#define TEXT(literal) literal, sizeof(literal) - 1
        {TEXT(""), TV_PIECE_PEM},
        {TEXT("x"), TV_PIECE_PEM},
        {TEXT("no block\r\n"), TV_PIECE_PEM},
        {TEXT(BLOCK "\n" BLOCK "\r\n" BLOCK), TV_PIECE_PEM},
        {TEXT(BLOCK BLOCK "-----BEGIN -----BEGIN " BLOCK), TV_PIECE_PEM},
        {TEXT("-----BEGIN X-----\n\r\r\n" BLOCK), TV_PIECE_PEM},
        {TEXT("\x30\x82\x00\x01\x00" BLOCK BLOCK), TV_PIECE_DER},
        {TEXT("\x30\x82\x00\x01\x00\x30\x03\x02\x01\x00\x30\x00\x30\x00"), TV_PIECE_DER},
        {TEXT("\x30\x85 no DER\n" BLOCK BLOCK), TV_PIECE_PEM},
        {TEXT("\xff\xfe-\0-\0-\0-\0-\0 \0" BLOCK BLOCK), TV_PIECE_UTF16},
        {TEXT("\0-\0-" BLOCK BLOCK), TV_PIECE_UTF16},
        {TEXT("-\0-\0" BLOCK BLOCK), TV_PIECE_UTF16},
        {TEXT("\xef\xbb\xbf" BLOCK "\n" BLOCK), TV_PIECE_PEM},
#undef TEXT
    };
    static const size_t lens[] = {4, 11, 60, 99, 0};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size_t n = 0; n < sizeof(lens) / sizeof(lens[0]); n++) {
            size_t len = lens[n] != 0 ? lens[n] : MEGABYTE;
            check_all_ways(tv_span_make(cases[i].text, cases[i].len), len, cases[i].kind);
        }
    }
}

// Certificates in a row are cut between two of them, also where they are tiny.
static void test_cuts_between_ders(void **state)
{
    (void)state;
    static const char *const paths[] = {"input", NULL};
    static const char *const ders[] = {"\x30\x82\x00\x01\x00", "\x30\x03\x02\x01\x00", "\x30\x00"};
    static const size_t lens[] = {5, 5, 2};
    enum { ROUNDS = 60000, PER_PIECE = 1 << 14 };
    tv_buf text = {0};
    for (unsigned i = 0; i < ROUNDS * 3; i++) {
        tv_buf_add(&text, tv_span_make(ders[i % 3], lens[i % 3]));
    }
    scene_write("input", tv_buf_span(&text));
    reading out;
    read_all(&out, paths, true, 0, MEGABYTE);
    assert_int_equal(out.kind, TV_PIECE_DER);
    assert_true(tv_span_equal(tv_buf_span(&out.bytes), tv_buf_span(&text)));
    assert_int_equal(out.num_pieces, (ROUNDS * 3 + PER_PIECE - 1) / PER_PIECE);
    assert_int_equal(out.num_jobs, out.num_pieces);
    tv_buf_close(&out.bytes);
    read_all(&out, paths, true, 0, 10000);
    assert_true(tv_span_equal(tv_buf_span(&out.bytes), tv_buf_span(&text)));
    assert_int_equal(out.num_pieces, ROUNDS * 12 / 10000);
    assert_true(out.largest >= 10000 && out.largest < 10005); // none is cut through
    tv_buf_close(&out.bytes);
    // What is no certificate goes on to the end.
    tv_buf_add(&text, TV_LIT("no certificate \x30\x00\x30\x00"));
    scene_write("input", tv_buf_span(&text));
    read_all(&out, paths, true, 0, 400000);
    assert_true(tv_span_equal(tv_buf_span(&out.bytes), tv_buf_span(&text)));
    assert_true(out.num_pieces > 2);
    tv_buf_close(&out.bytes);
    tv_buf_close(&text);
    assert_int_equal(unlink("input"), 0);
}

// A block of a pipe that is longer than what is kept of one is cut, but no BEGIN and no CR LF is.
static void test_a_cut_within_a_long_block(void **state)
{
    (void)state;
    static const char *const paths[] = {"input", NULL};
    static const char *const seams[] = {"-----BEGIN X-----\n", "\r\n"};
    tv_buf text = {0};
    assert_true(tv_buf_reserve(&text, MAX_BLOCK + 1000));
    for (size_t s = 0; s < 2; s++) {
        for (size_t back = 0; back <= 12; back += back < 9 ? 3 : 1) {
            memset(text.ptr, 'x', MAX_BLOCK + 1000);
            text.len = MAX_BLOCK + 1000;
            memcpy(text.ptr + MAX_BLOCK - back, seams[s], strlen(seams[s]));
            pid_t child = scene_pipe("input", tv_buf_span(&text));
            reading out;
            read_all(&out, paths, true, 0, MEGABYTE);
            scene_pipe_close("input", child);
            assert_int_equal(out.bytes.len, text.len);
            assert_int_equal(out.num_begins, s == 0 ? 1 : 0);
            assert_int_equal(out.num_lines, 1);
            assert_true(out.largest <= MAX_BLOCK);
            tv_buf_close(&out.bytes);
        }
    }
    tv_buf_close(&text);
}

// Jobs are about a piece long, and no longer for many small files.
static void test_jobs_are_bounded(void **state)
{
    (void)state;
    static const char *const paths[] = {"small", NULL};
    tv_buf text = {0};
    assert_int_equal(mkdir("small", 0700), 0);
    for (unsigned i = 0; i < 2400; i++) {
        char name[32];
        snprintf(name, sizeof(name), "small/%u", i);
        scene_write_text(name, BLOCK "\n");
    }
    reading out;
    read_all(&out, paths, true, 0, MEGABYTE);
    assert_int_equal(out.num_begins, 2400);
    assert_int_equal(out.num_files, 2400);
    assert_int_equal(out.num_unread, 2400);
    assert_int_equal(out.num_jobs, 3); // 1024 pieces each
    tv_buf_close(&out.bytes);
    read_all(&out, paths, true, 0, 200);
    assert_int_equal(out.num_begins, 2400);
    assert_int_equal(out.num_jobs, 2400 / 4); // 59 bytes each
    tv_buf_close(&out.bytes);
    scene_remove_all("small");
    for (unsigned i = 0; i < 50000; i++) {
        tv_buf_add_text(&text, BLOCK "\n");
    }
    scene_write("input", tv_buf_span(&text));
    static const char *const input[] = {"input", NULL};
    for (int use_mmap = 0; use_mmap < 2; use_mmap++) {
        read_all(&out, input, use_mmap != 0, 0, 0);
        assert_int_equal(out.num_begins, 50000);
        assert_true(out.num_jobs >= 2 && out.num_jobs <= 3);
        assert_true(out.largest <= MEGABYTE + 100);
        tv_buf_close(&out.bytes);
    }
    tv_buf_close(&text);
}

static void test_problems_are_told_once(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        tv_status status;
        bool use_mmap;
    } cases[] = {
        {"missing", TV_ERR_OPEN, true},
        {"missing", TV_ERR_OPEN, false},
        {"", TV_ERR_OPEN, true},
        {"/proc/self/mem", TV_ERR_READ, true},
        {"/proc/self/mem", TV_ERR_READ, false},
        {"/dev/null", TV_ERR_NO_CERTIFICATE, true},
        {"der", TV_ERR_TOO_LARGE, false}, // what cannot be cut is held, which has a bound
    };
    tv_buf der = {0};
    tv_buf_add(&der, TV_LIT("\x30\x82\x10\x00"));
    assert_true(tv_buf_reserve(&der, 5000));
    memset(der.ptr + der.len, 0, 5000);
    der.len += 5000;
    scene_write("der", tv_buf_span(&der));
    tv_buf_close(&der);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *const paths[] = {cases[i].path, NULL};
        reading out;
        read_all(&out, paths, cases[i].use_mmap, 4000, 1000);
        assert_int_equal(out.problem.count, 1);
        assert_string_equal(out.problem.file, cases[i].path);
        assert_int_equal(out.problem.status, cases[i].status);
        assert_int_equal(out.num_failed, 1);
        tv_buf_close(&out.bytes);
    }
}

typedef struct told_list {
    char text[256];
} told_list;

static void append_problem(void *payload, const char *file, tv_status status, int error)
{
    told_list *list = payload;
    size_t len = strlen(list->text);
    snprintf(list->text + len, sizeof(list->text) - len, "%s:%d:%d ", file, (int)status, error);
}

// Reports come in the order of the inputs, whoever finds that one cannot be read; a small file may
// vanish, shrink or grow between the look at it and the reading.
static void test_problems_come_in_order(void **state)
{
    (void)state;
    static const char *const inputs[] = {"missing", "vanishes", "empties", "grows",  "shrinks",
                                         "good",    "closed",   "none",    "closed", NULL};
    tv_clients *clients;
    tv_feed *feed;
    tv_piece *pieces = NULL;
    size_t cap = 0;
    size_t num;
    told_list list = {{0}};
    tv_arena arena = {0};
    tv_judge_options options = {.problem = append_problem, .payload = &list};
    assert_int_equal(tv_clients_open(&clients), TV_OK);
    for (size_t i = 0; inputs[i] != NULL; i++) {
        if (strcmp(inputs[i], "missing") != 0 && strcmp(inputs[i], "closed") != 0) {
            scene_write_text(inputs[i], strcmp(inputs[i], "none") == 0 ? "nothing" : BLOCK BLOCK);
        }
        assert_int_equal(tv_clients_add(clients, inputs[i]), TV_OK);
    }
    assert_int_equal(mkdir("closed", geteuid() == 0 ? 0700 : 0000), 0);
    assert_int_equal(
        tv_feed_open(&feed, clients, &(tv_feed_options){.max_bytes = 1 << 20}, &options), TV_OK);
    assert_int_equal(tv_feed_next(feed, &pieces, &cap, &num), TV_OK);
    assert_int_equal(unlink("vanishes"), 0);
    scene_write_text("empties", "");
    scene_write_text("grows", BLOCK BLOCK BLOCK BLOCK BLOCK BLOCK BLOCK BLOCK BLOCK);
    scene_write_text("shrinks", BLOCK);
    static const size_t blocks[] = {0, 0, 0, 9, 1, 2, 0, 0, 0};
    for (size_t i = 0; i < num; i++) {
        assert_true(tv_feed_read(feed, &pieces[i], &arena));
        size_t begins = 0;
        tv_span bytes = pieces[i].bytes;
        for (size_t at = 0; (at = tv_pem_next_begin(bytes, at)) < bytes.len; at++) {
            begins++;
        }
        pieces[i].file->next_index += (uint32_t)begins;
        assert_int_equal(begins, blocks[pieces[i].file->number]);
    }
    assert_string_equal(list.text, "");
    for (size_t i = 0; i < num; i++) {
        tv_feed_done(feed, &pieces[i]);
    }
    char expected[256];
    size_t len =
        (size_t)snprintf(expected, sizeof(expected), "missing:%d:2 vanishes:%d:2 empties:%d:0 ",
                         TV_ERR_OPEN, TV_ERR_OPEN, TV_ERR_NO_CERTIFICATE);
    if (geteuid() == 0) {
        // The superuser may read any directory.
        snprintf(expected + len, sizeof(expected) - len, "none:%d:0 ", TV_ERR_NO_CERTIFICATE);
    } else {
        snprintf(expected + len, sizeof(expected) - len, "closed:%d:13 none:%d:0 closed:%d:13 ",
                 TV_ERR_READ, TV_ERR_NO_CERTIFICATE, TV_ERR_READ);
    }
    assert_string_equal(list.text, expected);
    // A directory is no file.
    assert_int_equal(tv_feed_num_files(feed), 7);
    assert_int_equal(tv_feed_num_failed(feed), geteuid() == 0 ? 4 : 6);
    assert_int_equal(rmdir("closed"), 0);
    free(pieces);
    tv_arena_close(&arena);
    tv_feed_close(feed);
    tv_clients_close(clients);
}

// Paths stay where they are while files are added.
static void test_paths(void **state)
{
    (void)state;
    enum { NUM = 5000 };
    tv_clients *clients;
    tv_feed *feed;
    tv_piece *pieces = NULL;
    size_t cap = 0;
    size_t num;
    const char *first = NULL;
    scene_write_text("p", BLOCK);
    scene_write_text("q", BLOCK);
    assert_int_equal(tv_clients_open(&clients), TV_OK);
    for (unsigned i = 0; i < NUM; i++) {
        assert_int_equal(tv_clients_add(clients, i % 2 == 0 ? "p" : "q"), TV_OK);
    }
    tv_judge_options options = {0};
    assert_int_equal(tv_feed_open(&feed, clients, &(tv_feed_options){.piece_len = 1}, &options),
                     TV_OK);
    for (unsigned i = 0; i < NUM; i++) {
        assert_int_equal(tv_feed_next(feed, &pieces, &cap, &num), TV_OK);
        assert_int_equal(num, 1);
        assert_int_equal(pieces[0].file->number, i);
        first = i == 0 ? tv_feed_path(feed, 0) : first;
        assert_ptr_equal(tv_feed_path(feed, 0), first);
        assert_string_equal(tv_feed_path(feed, i), i % 2 == 0 ? "p" : "q");
        tv_feed_done(feed, &pieces[0]);
    }
    for (unsigned i = 0; i < NUM; i++) {
        assert_string_equal(tv_feed_path(feed, i), i % 2 == 0 ? "p" : "q");
    }
    assert_int_equal(tv_feed_next(feed, &pieces, &cap, &num), TV_OK);
    assert_int_equal(num, 0);
    free(pieces);
    tv_feed_close(feed);
    tv_feed_close(NULL);
    tv_clients_close(clients);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_make_the_file),
        cmocka_unit_test(test_cuts_between_ders),
        cmocka_unit_test(test_a_cut_within_a_long_block),
        cmocka_unit_test(test_jobs_are_bounded),
        cmocka_unit_test(test_problems_are_told_once),
        cmocka_unit_test(test_problems_come_in_order),
        cmocka_unit_test(test_paths),
    };
    return cmocka_run_group_tests(tests, scene_open, scene_close);
}
