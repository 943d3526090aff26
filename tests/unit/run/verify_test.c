// SPDX-License-Identifier: Apache-2.0
// tv-label: threaded
// Clients × truststores from files to text: what is written is the same for any number of threads
// and any way of reading, every BEGIN line is a row that tells its place, duplicates name the first
// occurrence, signatures are checked once, and a run that cannot be finished says so.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "pem/pem_scan.h"
#include "unit/run/scene.h"

#include <jansson.h>
#include <signal.h>
#include <uv.h>

enum {
    NUM_CLIENTS = 84,
    NUM_BLOCKS = 600, // of big.pem, which is long enough to stay mapped
    MAX_BLOCKS = NUM_BLOCKS + 200,
    ROOT = 0, // numbers of keys
    OTHER = 1,
    SUB = 2,
    STRANGER = 3,
    SMALL_PIECE = 4096,
};

static tv_span clients[NUM_CLIENTS];

enum { NO_DER = -1, NO_CERTIFICATE = -2 };

// What each block of the input is, in the order in which the files are read.
typedef struct expected {
    const char *file;
    int client; // or one of these:
} expected;

static expected blocks[MAX_BLOCKS];
static size_t num_blocks;

static const char *const stores[] = {"a.pem", "b.pem", "c.pem", NULL};
static const char *const store_a[] = {"a.pem", NULL};
static const char *const untrusted[] = {"sub.pem", NULL};
static const char *const inputs[] = {"big.pem", "files", "again.pem", NULL};

static void expect_block(const char *file, int client)
{
    assert_true(num_blocks < MAX_BLOCKS);
    blocks[num_blocks++] = (expected){file, client};
}

// One of the ways in which a block can be wrong.
static void add_broken(tv_buf *out, size_t which)
{
    static const char *const texts[] = {
        "-----BEGIN CERTIFICATE-----\nMIIB\n",
        "-----BEGIN CERTIFICATE-----\nMI*B\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END X509 CRL-----\n",
        "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n====\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE\nMIIB\n-----END CERTIFICATE-----\n",
        "-----BEGIN -----BEGIN CERTIFICATE-----\nMAMC\n-----END CERTIFICATE-----\n",
    };
    tv_buf_add_text(out, texts[which % (sizeof(texts) / sizeof(texts[0]))]);
}

// Blocks in a fixed disorder: each client several times, in several spellings, some of them broken.
static void add_blocks(tv_buf *out, const char *file, size_t count)
{
    uint32_t random = 1;
    for (size_t i = 0; i < count; i++) {
        random = random * 1664525 + 1013904223;
        int client = (int)((random >> 8) % NUM_CLIENTS);
        tv_span der = clients[client];
        if (i % 11 == 7) {
            add_broken(out, i / 11);
            expect_block(file, NO_DER);
            if (i / 11 % 8 == 7) {
                expect_block(file, NO_CERTIFICATE); // of two BEGIN lines the second
            }
            continue;
        }
        expect_block(file, client);
        if (i % 5 == 3) {
            scene_add_pem(out, "CERTIFICATE", der, "\r\n");
        } else if (i % 13 == 4) {
            tv_buf trusted = {0};
            tv_buf_add(&trusted, der);
            tv_buf_add(&trusted, TV_LIT("\x30\x00"));
            scene_add_pem(out, "TRUSTED CERTIFICATE", tv_buf_span(&trusted), "\n");
            tv_buf_close(&trusted);
        } else {
            tv_buf_add_text(out, i % 17 == 0 ? "# a comment\n\n" : "");
            scene_add_cert(out, der);
        }
    }
}

static void write_clients(void)
{
    tv_buf text = {0};
    tv_buf wide = {0};
    add_blocks(&text, "big.pem", NUM_BLOCKS);
    assert_true(text.len > 256 * 1024);
    scene_write("big.pem", tv_buf_span(&text));

    // The files of a directory, in the order of their names.
    assert_int_equal(mkdir("files", 0700), 0);
    tv_buf_clear(&text);
    tv_buf_add(&text, clients[3]);
    tv_buf_add(&text, clients[80]);
    tv_buf_add_text(&text, "\x30\x82");
    scene_write("files/1.der", tv_buf_span(&text));
    expect_block("files/1.der", 3);
    expect_block("files/1.der", 80);
    expect_block("files/1.der", NO_CERTIFICATE);
    tv_buf_clear(&text);
    tv_buf_add_text(&text, "text\r\n");
    scene_add_pem(&text, "CERTIFICATE", clients[1], "\r\n");
    scene_add_cert(&text, clients[81]);
    scene_add_utf16(&wide, tv_buf_span(&text));
    scene_write("files/2.txt", tv_buf_span(&wide));
    expect_block("files/2.txt", 1);
    expect_block("files/2.txt", 81);
    tv_buf_clear(&text);
    tv_buf_add_text(&text, "\r\r");
    scene_add_pem(&text, "CERTIFICATE", clients[2], "\r");
    scene_write("files/3.pem", tv_buf_span(&text));
    expect_block("files/3.pem", 2);

    tv_buf_clear(&text);
    add_blocks(&text, "again.pem", 100);
    tv_buf_add_text(&text, "-----BEGIN CERTIFICATE-----"); // cut off
    expect_block("again.pem", NO_DER);
    scene_write("again.pem", tv_buf_span(&text));
    tv_buf_close(&text);
    tv_buf_close(&wide);
}

// Of six clients one each is of the root, of the CA below it, of the other root, of nobody known,
// self-signed, and forged in the root's name.
static tv_span mint_client(unsigned i)
{
    const char *not_after = i % 7 == 6 ? "20250601000000Z" : NULL;
    switch (i % 6) {
    case 0:
        return scene_mint_client(i, "CN=root", ROOT, not_after);
    case 1:
        return scene_mint_client(i, "CN=sub", SUB, not_after);
    case 2:
        return scene_mint_client(i, "CN=other", OTHER, not_after);
    case 3:
        return scene_mint_client(i, "CN=nobody", STRANGER, not_after);
    case 4:
        return scene_mint_client(i, NULL, 0, not_after);
    default:
        return scene_mint_client(i, "CN=root", STRANGER, not_after);
    }
}

// Edges that anybody asks for when all three roots are at hand: none of nobody's.
static uint64_t edges_of_clients(void)
{
    uint64_t edges = 0;
    for (unsigned i = 0; i < NUM_CLIENTS; i++) {
        edges += i % 6 != 3 ? 1 : 0;
    }
    return edges;
}

static int setup(void **state)
{
    if (scene_open(state) != 0) {
        return -1;
    }
    tv_span root = scene_mint_ca("CN=root", ROOT);
    tv_span other = scene_mint_ca("CN=other", OTHER);
    tv_span sub = scene_mint_sub_ca("CN=sub", SUB, "CN=root", ROOT);
    scene_write_certs("a.pem", (tv_span[]){root}, 1);
    scene_write_certs("b.pem", (tv_span[]){other, sub, root}, 3);
    scene_write_certs("c.pem", (tv_span[]){root, root}, 2); // the set of a.pem
    scene_write_certs("sub.pem", (tv_span[]){sub}, 1);
    for (unsigned i = 0; i < NUM_CLIENTS; i++) {
        clients[i] = mint_client(i);
    }
    write_clients();
    tv_mint_free(root);
    tv_mint_free(other);
    tv_mint_free(sub);
    return 0;
}

static int teardown(void **state)
{
    for (unsigned i = 0; i < NUM_CLIENTS; i++) {
        tv_mint_free(clients[i]);
    }
    return scene_close(state);
}

static const scene_ask usual = {
    .stores = stores,
    .untrusted = untrusted,
    .clients = inputs,
    .format = TV_FORMAT_NDJSON,
    .options = {.threads = 1},
};

static void assert_same(const scene_answer *answer, const scene_answer *reference)
{
    assert_int_equal(answer->status, reference->status);
    assert_int_equal(answer->num_problems, reference->num_problems);
    assert_string_equal((const char *)answer->text.ptr, (const char *)reference->text.ptr);
    assert_int_equal(answer->text.len, reference->text.len);
    assert_int_equal(answer->summary.signature_checks, reference->summary.signature_checks);
}

static void test_output_does_not_depend_on_threads_or_reading(void **state)
{
    (void)state;
    static const struct {
        unsigned threads;
        bool no_mmap, pipe;
        size_t piece_len;
    } ways[] = {
        {1, false, false, SMALL_PIECE}, {2, false, false, SMALL_PIECE},
        {3, false, false, 1500},        {8, false, false, 64},
        {1, true, false, SMALL_PIECE},  {3, true, false, 1500},
        {1, false, true, SMALL_PIECE},  {8, false, true, 900},
        {2, false, false, 1024 * 1024},
    };
    for (int format = TV_FORMAT_TEXT; format <= TV_FORMAT_NDJSON; format++) {
        for (int layout = TV_LAYOUT_LONG; layout <= TV_LAYOUT_WIDE; layout++) {
            if (layout == TV_LAYOUT_WIDE && format != TV_FORMAT_CSV) {
                continue;
            }
            scene_ask ask = usual;
            ask.format = (tv_format)format;
            ask.layout = (tv_layout)layout;
            scene_answer reference;
            ask.plain_search = true;
            scene_run(&reference, &ask);
            ask.plain_search = false;
            assert_int_equal(reference.status, TV_OK);
            assert_true(reference.text.len > num_blocks * 20);
            tv_buf big = scene_read("big.pem");
            for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
                pid_t child = 0;
                ask.options.threads = ways[i].threads;
                ask.options.no_mmap = ways[i].no_mmap;
                ask.piece_len = ways[i].piece_len;
                if (ways[i].pipe) {
                    assert_int_equal(rename("big.pem", "kept"), 0);
                    child = scene_pipe("big.pem", tv_buf_span(&big));
                }
                scene_answer answer;
                scene_run(&answer, &ask);
                if (ways[i].pipe) {
                    scene_pipe_close("big.pem", child);
                    assert_int_equal(rename("kept", "big.pem"), 0);
                }
                assert_same(&answer, &reference);
                scene_answer_close(&answer);
            }
            tv_buf_close(&big);
            scene_answer_close(&reference);
        }
    }
}

// The next line of NDJSON as an object that the caller gives back; NULL at the end.
static json_t *next_record(const char **rest)
{
    const char *end = strchr(*rest, '\n');
    if (end == NULL) {
        assert_int_equal(**rest, 0);
        return NULL;
    }
    json_t *record = json_loadb(*rest, (size_t)(end - *rest), 0, NULL);
    assert_non_null(record);
    *rest = end + 1;
    return record;
}

static bool is_of_type(const json_t *record, const char *type)
{
    return strcmp(json_string_value(json_object_get(record, "type")), type) == 0;
}

static json_int_t number_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

// Holds the place that a row tells against the file itself.
static void check_place(const json_t *client, const char *file, bool is_der)
{
    tv_buf bytes = scene_read(file);
    size_t offset = (size_t)number_of(client, "offset");
    size_t len = (size_t)number_of(client, "bytes");
    assert_true(offset + len <= bytes.len);
    tv_span before = tv_span_make(bytes.ptr, offset);
    if (is_der) {
        assert_int_equal(bytes.ptr[offset], 0x30);
        assert_true(json_is_null(json_object_get(client, "line")));
    } else if (bytes.ptr[0] == 0xff) {
        assert_memory_equal(bytes.ptr + offset, "-\0-\0-\0-\0-\0B\0E\0G\0I\0N\0 ", 22);
        size_t lines = 0;
        for (size_t i = 2; i < offset; i += 2) {
            lines += bytes.ptr[i] == '\n';
        }
        assert_int_equal(number_of(client, "line"), 1 + lines);
    } else {
        assert_memory_equal(bytes.ptr + offset, "-----BEGIN ", 11);
        assert_int_equal(number_of(client, "line"), 1 + tv_pem_count_lines(before));
    }
    tv_buf_close(&bytes);
}

// Where a client stood first.
typedef struct first_place {
    const char *file;
    json_int_t index, line;
} first_place;

static void check_duplicate(const json_t *client, int number, first_place *places)
{
    const json_t *of = json_object_get(client, "duplicate_of");
    const json_t *line = json_object_get(client, "line");
    first_place *place = &places[number];
    if (place->file == NULL) {
        assert_true(json_is_null(of));
        *place = (first_place){text_of(client, "file"), number_of(client, "index"),
                               json_is_null(line) ? 0 : json_integer_value(line)};
        return;
    }
    assert_string_equal(text_of(of, "file"), place->file);
    assert_int_equal(number_of(of, "index"), place->index);
    if (place->line != 0) {
        assert_int_equal(number_of(of, "line"), place->line);
    }
}

static void test_each_begin_is_a_row_that_tells_its_place(void **state)
{
    (void)state;
    scene_ask ask = usual;
    ask.stores = store_a;
    ask.options.threads = 3;
    ask.piece_len = SMALL_PIECE;
    scene_answer answer;
    scene_run(&answer, &ask);
    assert_int_equal(answer.status, TV_OK);
    first_place places[NUM_CLIENTS] = {{0}};
    json_t *kept[MAX_BLOCKS]; // `places` borrows from them
    const char *rest = (const char *)answer.text.ptr;
    size_t row = 0;
    json_int_t index = 0;
    for (json_t *record; (record = next_record(&rest)) != NULL;) {
        if (!is_of_type(record, "verdict")) {
            json_decref(record);
            continue;
        }
        assert_true(row < num_blocks);
        const json_t *client = json_object_get(record, "client");
        const expected *block = &blocks[row];
        assert_string_equal(text_of(client, "file"), block->file);
        index = row > 0 && strcmp(blocks[row - 1].file, block->file) == 0 ? index + 1 : 0;
        assert_int_equal(number_of(client, "index"), index);
        check_place(client, block->file, strstr(block->file, ".der") != NULL);
        if (block->client >= 0) {
            assert_non_null(text_of(client, "fingerprint"));
            assert_true(json_is_null(json_object_get(client, "problem")));
            check_duplicate(client, block->client, places);
        } else {
            assert_string_equal(text_of(record, "verdict"), "deny");
            assert_string_equal(text_of(record, "reason"), "malformed");
            assert_non_null(text_of(client, "problem"));
        }
        kept[row++] = record;
    }
    assert_int_equal(row, num_blocks);
    assert_int_equal(answer.summary.num_blocks, num_blocks);
    for (size_t i = 0; i < row; i++) {
        json_decref(kept[i]);
    }
    scene_answer_close(&answer);
}

static void test_a_signature_is_checked_once(void **state)
{
    (void)state;
    static const char *const both[] = {"a.pem", "b.pem", NULL};
    static const char *const many[] = {"a.pem", "b.pem", "c.pem", "b.pem", "a.pem", "b.pem", NULL};
    static const char *const plain[] = {"plain.pem", NULL};
    static const char *const thrice[] = {"plain.pem", "plain.pem", "big.pem", NULL};
    static const struct {
        const char *const *stores, *const *clients;
        unsigned threads;
        size_t piece_len;
    } cases[] = {
        {both, plain, 1, 0},     {both, plain, 8, 600},          {both, thrice, 1, 0},
        {both, thrice, 3, 1500}, {many, thrice, 2, SMALL_PIECE}, {many, inputs, 8, SMALL_PIECE},
    };
    scene_write_certs("plain.pem", clients, NUM_CLIENTS);
    // One for each client whose issuer is known, and one for the CA below the root.
    uint64_t edges = edges_of_clients() + 1;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        scene_ask ask = usual;
        ask.stores = cases[i].stores;
        ask.clients = cases[i].clients;
        ask.options.threads = cases[i].threads;
        ask.piece_len = cases[i].piece_len;
        scene_answer answer;
        scene_run(&answer, &ask);
        assert_int_equal(answer.status, TV_OK);
        assert_int_equal(answer.summary.num_unique, NUM_CLIENTS);
        assert_int_equal(answer.summary.signature_checks, edges);
        scene_answer_close(&answer);
    }
}

static void test_verdicts(void **state)
{
    (void)state;
    static const char *const plain[] = {"plain.pem", NULL};
    scene_write_certs("plain.pem", clients, NUM_CLIENTS);
    scene_ask ask = usual;
    ask.clients = plain;
    ask.options.threads = 2;
    ask.piece_len = 1000;
    scene_answer answer;
    scene_run(&answer, &ask);
    // 12 of each kind are not expired; a.pem and c.pem know the root alone, but clients of the CA
    // below it are taken, too, since that is at hand.
    static const uint64_t accepted[] = {24, 36, 24};
    assert_int_equal(answer.summary.num_stores, 3);
    for (size_t s = 0; s < 3; s++) {
        assert_int_equal(answer.counts[s].verdicts[TV_VERDICT_ACCEPT], accepted[s]);
        assert_int_equal(answer.counts[s].verdicts[TV_VERDICT_DENY], NUM_CLIENTS - accepted[s]);
        assert_int_equal(answer.counts[s].reasons[TV_REASON_SELF_SIGNED], 14);
        assert_int_equal(answer.counts[s].reasons[TV_REASON_BAD_SIGNATURE], 14);
    }
    scene_answer_close(&answer);
}

static void test_unique_leaves_duplicates_out(void **state)
{
    (void)state;
    // Bytes that are no certificate are told once, too: there are two such, of a file each.
    size_t num_broken = 2;
    for (size_t i = 0; i < num_blocks; i++) {
        num_broken += blocks[i].client == NO_DER ? 1 : 0;
    }
    scene_answer reference = {0};
    for (unsigned threads = 1; threads <= 4; threads++) {
        scene_ask ask = usual;
        ask.unique = true;
        ask.stores = store_a;
        ask.options.threads = threads;
        ask.piece_len = SMALL_PIECE;
        scene_answer answer;
        scene_run(&answer, &ask);
        assert_int_equal(answer.status, TV_OK);
        assert_int_equal(answer.summary.num_blocks, num_blocks);
        assert_int_equal(answer.summary.num_unique, NUM_CLIENTS);
        uint64_t rows = answer.counts[0].verdicts[TV_VERDICT_ACCEPT] +
                        answer.counts[0].verdicts[TV_VERDICT_DENY];
        assert_int_equal(rows, NUM_CLIENTS + num_broken);
        assert_null(strstr((const char *)answer.text.ptr, "\"duplicate_of\":{"));
        if (threads == 1) {
            reference = answer;
            continue;
        }
        assert_same(&answer, &reference);
        scene_answer_close(&answer);
    }
    scene_answer_close(&reference);
}

static void test_runs_follow_each_other(void **state)
{
    (void)state;
    scene_ask ask = usual;
    ask.options.threads = 2;
    tv_workspace *workspace = scene_workspace(&ask);
    scene_answer first;
    scene_answer again;
    scene_run_on(&first, workspace, &ask);
    scene_run_on(&again, workspace, &ask);
    // What is held is known by now.
    assert_int_equal(again.summary.signature_checks, first.summary.signature_checks - 1);
    assert_int_equal(again.summary.num_blocks, first.summary.num_blocks);
    assert_int_equal(again.text.len, first.text.len);
    scene_answer_close(&first);
    scene_answer_close(&again);
    tv_workspace_close(workspace);
}

static void test_inputs_that_cannot_be_read(void **state)
{
    (void)state;
    static const char *const some[] = {"files/3.pem",    "missing.pem", "empty", "no-pem",
                                       "/proc/self/mem", "files/3.pem", NULL};
    static const struct {
        const char *file;
        tv_status status;
    } told[] = {
        {"/proc/self/mem", TV_ERR_READ},
        {"empty", TV_ERR_NO_CERTIFICATE},
        {"missing.pem", TV_ERR_OPEN},
        {"no-pem", TV_ERR_NO_CERTIFICATE},
    };
    scene_write_text("empty", "");
    scene_write_text("no-pem", "There is nothing here.\n");
    for (unsigned threads = 1; threads <= 3; threads += 2) {
        for (int no_mmap = 0; no_mmap < 2; no_mmap++) {
            scene_ask ask = usual;
            ask.clients = some;
            ask.options.threads = threads;
            ask.options.no_mmap = no_mmap != 0;
            ask.piece_len = threads == 1 ? 0 : 64;
            scene_answer answer;
            scene_run(&answer, &ask);
            assert_int_equal(answer.status, TV_OK);
            assert_false(answer.summary.complete);
            assert_int_equal(answer.summary.num_blocks, 2);
            assert_int_equal(answer.summary.num_unique, 1);
            assert_int_equal(answer.summary.num_failed, 4);
            assert_int_equal(answer.num_problems, 4); // each once
            for (size_t t = 0; t < 4; t++) {
                size_t found = 0;
                for (size_t p = 0; p < 4; p++) {
                    found += strcmp(answer.problems[p].file, told[t].file) == 0 &&
                                     answer.problems[p].status == told[t].status
                                 ? 1
                                 : 0;
                }
                assert_int_equal(found, 1);
            }
            scene_answer_close(&answer);
        }
    }
}

// More files than a job holds, read while others are still judged.
static void test_many_files(void **state)
{
    (void)state;
    static const char *const many[] = {"many", NULL};
    enum { NUM_FILES = 1200 };
    assert_int_equal(mkdir("many", 0700), 0);
    for (unsigned i = 0; i < NUM_FILES; i++) {
        char name[32];
        snprintf(name, sizeof(name), "many/%04u.pem", i);
        scene_write_certs(name, &clients[i % 40], 1);
    }
    scene_answer reference;
    scene_ask ask = usual;
    ask.clients = many;
    ask.stores = store_a;
    scene_run(&reference, &ask);
    assert_int_equal(reference.summary.num_files, NUM_FILES);
    assert_int_equal(reference.summary.num_blocks, NUM_FILES);
    assert_int_equal(reference.summary.num_unique, 40);
    assert_true(reference.summary.complete);
    for (unsigned threads = 2; threads <= 8; threads += 3) {
        ask.options.threads = threads;
        ask.piece_len = 2000;
        scene_answer answer;
        scene_run(&answer, &ask);
        assert_same(&answer, &reference);
        scene_answer_close(&answer);
    }
    scene_answer_close(&reference);
    scene_remove_all("many");
}

static void test_cancel(void **state)
{
    (void)state;
    static const char *const some[] = {"big.pem", "missing.pem", "again.pem", "big.pem", NULL};
    scene_answer whole;
    scene_ask ask = usual;
    ask.clients = some;
    ask.stores = store_a;
    ask.piece_len = SMALL_PIECE;
    scene_run(&whole, &ask);
    assert_int_equal(whole.status, TV_OK);
    for (unsigned threads = 1; threads <= 4; threads++) {
        ask.options.threads = threads;
        ask.on_problem = tv_workspace_cancel;
        scene_answer answer;
        scene_run(&answer, &ask);
        assert_int_equal(answer.status, TV_ERR_CANCELLED);
        assert_true(answer.has_summary);
        assert_false(answer.summary.complete);
        // All that was read before is there, and what is there is what a whole run begins with.
        assert_true(answer.summary.num_blocks >= NUM_BLOCKS);
        assert_true(answer.summary.num_blocks < whole.summary.num_blocks);
        const char *text = (const char *)answer.text.ptr;
        const char *summary = strstr(text, "{\"type\":\"summary\"");
        assert_non_null(summary);
        assert_non_null(strstr(summary, "\"complete\":false"));
        assert_memory_equal(text, whole.text.ptr, (size_t)(summary - text));
        scene_answer_close(&answer);
    }
    scene_answer_close(&whole);
}

// Cancels from another thread a while after the start.
static void cancel_later(void *workspace)
{
    uv_sleep(300);
    tv_workspace_cancel(workspace);
}

// A pipe into which somebody writes a bit and then nothing, or that nobody opens at all, does not
// keep a run from being cancelled; blocks that came whole are told.
static void test_cancel_while_waiting_for_input(void **state)
{
    (void)state;
    static const char *const idle[] = {"idle", "big.pem", NULL};
    tv_buf text = {0};
    for (size_t i = 0; i < 3; i++) {
        scene_add_cert(&text, clients[i]);
    }
    for (unsigned threads = 1; threads <= 3; threads += 2) {
        for (int has_writer = 0; has_writer < 2; has_writer++) {
            assert_int_equal(mkfifo("idle", 0600), 0);
            pid_t child = fork();
            assert_true(child >= 0);
            if (child == 0) {
                FILE *file = has_writer ? fopen("idle", "wb") : NULL;
                if (file != NULL) {
                    fwrite(text.ptr, 1, text.len, file);
                    fflush(file);
                }
                pause();
                _exit(0);
            }
            scene_ask ask = usual;
            ask.clients = idle;
            ask.options.threads = threads;
            tv_workspace *workspace = scene_workspace(&ask);
            scene_answer answer;
            uv_thread_t canceller;
            assert_int_equal(uv_thread_create(&canceller, cancel_later, workspace), 0);
            scene_run_on(&answer, workspace, &ask);
            assert_int_equal(uv_thread_join(&canceller), 0);
            assert_int_equal(kill(child, SIGKILL), 0);
            assert_int_equal(waitpid(child, NULL, 0), child);
            assert_int_equal(unlink("idle"), 0);
            assert_int_equal(answer.status, TV_ERR_CANCELLED);
            assert_false(answer.summary.complete);
            assert_int_equal(answer.summary.num_blocks, has_writer ? 2 : 0);
            assert_int_equal(answer.num_problems, 0);
            scene_answer_close(&answer);
            tv_workspace_close(workspace);
        }
    }
    tv_buf_close(&text);
}

// Rows of a job leave before it is done when there are many, in the order of the blocks all the
// same, and a lost output ends it.
static void test_many_rows_of_a_job(void **state)
{
    (void)state;
    enum { NUM_BEGINS = 30000, LONG_PIECE = 1 << 28 };
    static const char *const some[] = {"begins", "big.pem", "begins", NULL};
    static const char begin[] = "-----BEGIN CERTIFICATE-----\n";
    tv_buf text = {0};
    for (unsigned i = 0; i < NUM_BEGINS; i++) {
        tv_buf_add_text(&text, begin);
    }
    scene_write("begins", tv_buf_span(&text));
    tv_buf_close(&text);
    scene_ask ask = usual;
    ask.clients = some;
    ask.piece_len = SMALL_PIECE; // a few rows a job
    scene_answer reference;
    scene_run(&reference, &ask);
    assert_true(reference.summary.num_blocks > 2 * NUM_BEGINS);
    assert_true(reference.text.len > 8 << 20);
    for (unsigned threads = 1; threads <= 8; threads++) {
        ask.options.threads = threads;
        ask.piece_len = threads % 2 == 0 ? 0 : LONG_PIECE;
        ask.output = NULL;
        scene_answer answer;
        scene_run(&answer, &ask);
        assert_same(&answer, &reference);
        scene_answer_close(&answer);
        ask.output = "/dev/full";
        scene_run(&answer, &ask);
        assert_int_equal(answer.status, TV_ERR_WRITE);
        assert_false(answer.summary.complete);
        scene_answer_close(&answer);
    }
    scene_answer_close(&reference);
    assert_int_equal(unlink("begins"), 0);
}

static void test_lost_output(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        scene_ask ask = usual;
        ask.output = "/dev/full";
        ask.options.threads = threads;
        ask.piece_len = SMALL_PIECE;
        scene_answer answer;
        scene_run(&answer, &ask);
        assert_int_equal(answer.status, TV_ERR_WRITE);
        assert_true(answer.has_summary);
        assert_false(answer.summary.complete);
        scene_answer_close(&answer);
    }
}

// A writer that lost bytes before is no good for a second run, and that is said at its start.
static void test_output_that_was_lost_before(void **state)
{
    (void)state;
    scene_ask ask = usual;
    tv_workspace *workspace = scene_workspace(&ask);
    tv_profile *profile;
    tv_writer *writer;
    assert_int_equal(tv_profile_load(&profile, "rfc5280", NULL), TV_OK);
    assert_int_equal(tv_writer_open(&writer, &(tv_writer_options){.format = TV_FORMAT_NDJSON},
                                    "/dev/full", NULL),
                     TV_OK);
    tv_judge_options options = {
        .profile = profile, .at = SCENE_NOW, .writers = &writer, .num_writers = 1};
    tv_clients *paths;
    assert_int_equal(tv_clients_open(&paths), TV_OK);
    assert_int_equal(tv_clients_add(paths, "big.pem"), TV_OK);
    for (int i = 0; i < 2; i++) {
        const tv_summary *summary = NULL;
        assert_int_equal(tv_verify(workspace, paths, &options, &summary), TV_ERR_WRITE);
        assert_non_null(summary);
        assert_false(summary->complete);
        assert_int_equal(tv_audit(workspace, &options, &summary), TV_ERR_WRITE);
        assert_non_null(summary);
        assert_false(summary->complete);
    }
    tv_clients_close(paths);
    tv_writer_close(writer);
    tv_profile_close(profile);
    tv_workspace_close(workspace);
}

// A file of clients tells of a block what it would tell of it as a truststore.
static void test_places_of_problems_in_utf16(void **state)
{
    (void)state;
    static const char *const wide[] = {"wide.txt", NULL};
    static const char block[] = "-----BEGIN CERTIFICATE-----\nMI*B\n-----END CERTIFICATE-----\n";
    static const char expected_fields[] =
        "\"line\":1,\"offset\":2,\"bytes\":116,\"fingerprint\":null";
    static const char expected_problem[] = "\"problem_offset\":60";
    tv_buf text = {0};
    scene_add_utf16(&text, tv_span_from_text(block));
    scene_write("wide.txt", tv_buf_span(&text));
    tv_buf_close(&text);
    for (int is_audit = 0; is_audit < 2; is_audit++) {
        scene_ask ask = usual;
        ask.stores = is_audit ? wide : store_a;
        ask.clients = is_audit ? NULL : wide;
        scene_answer answer;
        scene_run(&answer, &ask);
        assert_non_null(strstr((const char *)answer.text.ptr, expected_fields));
        assert_non_null(strstr((const char *)answer.text.ptr, expected_problem));
        scene_answer_close(&answer);
    }
}

static void test_order_of_calls(void **state)
{
    (void)state;
    tv_workspace *workspace;
    tv_clients *paths;
    const tv_summary *summary;
    assert_int_equal(tv_workspace_open(&workspace, NULL), TV_OK);
    assert_int_equal(tv_clients_open(&paths), TV_OK);
    assert_int_equal(tv_verify(workspace, paths, &(tv_judge_options){0}, &summary), TV_ERR_STATE);
    assert_null(summary);
    tv_clients_close(paths);
    tv_workspace_close(workspace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_output_does_not_depend_on_threads_or_reading),
        cmocka_unit_test(test_each_begin_is_a_row_that_tells_its_place),
        cmocka_unit_test(test_a_signature_is_checked_once),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_unique_leaves_duplicates_out),
        cmocka_unit_test(test_runs_follow_each_other),
        cmocka_unit_test(test_inputs_that_cannot_be_read),
        cmocka_unit_test(test_many_files),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_cancel_while_waiting_for_input),
        cmocka_unit_test(test_many_rows_of_a_job),
        cmocka_unit_test(test_lost_output),
        cmocka_unit_test(test_output_that_was_lost_before),
        cmocka_unit_test(test_places_of_problems_in_utf16),
        cmocka_unit_test(test_order_of_calls),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
