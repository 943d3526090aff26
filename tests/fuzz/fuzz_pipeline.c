// SPDX-License-Identifier: Apache-2.0
// Any bytes as a truststore and as clients of it, from file to rows: each BEGIN line is an entry
// and a client, the counts add up, and both ways of reading give the same bytes.
#include "base/span.h"
#include "bundle/decode.h"
#include "pem/pem_scan.h"
#include "run/workspace.h"
#include "write/format.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LARGEST = 64 * 1024 }; // a judgement of thousands of CAs is the stress tests' business

static char input[] = "/tmp/tv_fuzz_XXXXXX";

static void remove_input(void)
{
    unlink(input);
}

static void write_input(const uint8_t *data, size_t size)
{
    static int fd = -1;
    if (fd < 0) {
        fd = mkstemp(input);
        if (fd < 0 || atexit(remove_input) != 0) {
            abort();
        }
    }
    if (ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size) {
        abort();
    }
}

// Occurrences of BEGIN; SIZE_MAX where the bytes are no 8-bit text.
static size_t count_begins(tv_span bytes)
{
    uint8_t *converted;
    size_t len;
    if (tv_looks_like_der(bytes)) {
        return SIZE_MAX;
    }
    if (tv_pem_from_utf16(bytes, &converted, &len)) {
        free(converted);
        return SIZE_MAX;
    }
    size_t count = 0;
    for (size_t at = 0; at + 11 <= bytes.len; at++) {
        count += memcmp(bytes.ptr + at, "-----BEGIN ", 11) == 0;
    }
    return count;
}

static void check_summary(const tv_summary *summary, size_t begins)
{
    const tv_store_counts *store = &summary->stores[0];
    uint64_t cells = store->verdicts[0] + store->verdicts[1] + store->verdicts[2];
    assert(summary->num_stores == 1 && cells == summary->num_blocks);
    assert(summary->num_unique <= summary->num_blocks);
    assert(begins == SIZE_MAX || summary->num_blocks == begins);
}

// An audit and a verification; what they write is appended to `out`.
static void run(const tv_profile *profile, bool no_mmap, size_t begins, tv_buf *out)
{
    tv_options settings = {.threads = 1, .no_mmap = no_mmap};
    tv_workspace *workspace;
    tv_bundle_id id;
    tv_clients *clients;
    tv_writer *writer;
    const tv_summary *summary;
    tv_writer_options options = {.format = TV_FORMAT_NDJSON};
    if (tv_workspace_open(&workspace, &settings) != TV_OK || tv_clients_open(&clients) != TV_OK ||
        tv_clients_add(clients, input) != TV_OK) {
        abort();
    }
    tv_status status = tv_workspace_add(workspace, &id, input, "store", TV_ROLE_TRUSTSTORE, NULL);
    assert(status == TV_OK || status == TV_ERR_NO_CERTIFICATE);
    if (tv_workspace_freeze(workspace) != TV_OK) {
        abort();
    }
    workspace->piece_len = no_mmap ? 100 : 1000; // so that there is something to cut
    FILE *file = tmpfile();
    if (file == NULL || tv_writer_open(&writer, &options, "/dev/null", NULL) != TV_OK) {
        abort();
    }
    tv_sink_close(writer->sink);
    if (tv_sink_open_fd(&writer->sink, fileno(file)) != TV_OK) {
        abort();
    }
    tv_judge_options judging = {
        .profile = profile, .at = 1767225600, .writers = &writer, .num_writers = 1};
    assert(tv_audit(workspace, &judging, &summary) == TV_OK);
    check_summary(summary, begins);
    uint64_t num_entries = summary->num_blocks;
    assert(tv_verify(workspace, clients, &judging, &summary) == TV_OK);
    check_summary(summary, begins);
    assert(summary->num_blocks == num_entries);
    assert(tv_writer_commit(writer) == TV_OK);
    off_t len = lseek(fileno(file), 0, SEEK_END);
    if (len < 0 || !tv_buf_reserve(out, (size_t)len) ||
        pread(fileno(file), out->ptr, (size_t)len, 0) != len) {
        abort();
    }
    out->len += (size_t)len;
    fclose(file);
    tv_writer_close(writer);
    tv_clients_close(clients);
    tv_workspace_close(workspace);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static tv_profile *profile;
    if (profile == NULL && tv_profile_load(&profile, "aws-apigateway", NULL) != TV_OK) {
        abort();
    }
    if (size > LARGEST) {
        return 0;
    }
    write_input(data, size);
    size_t begins = count_begins(tv_span_make(data, size));
    tv_buf mapped = {0};
    tv_buf read = {0};
    run(profile, false, begins, &mapped);
    run(profile, true, begins, &read);
    assert(tv_span_equal(tv_buf_span(&mapped), tv_buf_span(&read)));
    tv_buf_close(&mapped);
    tv_buf_close(&read);
    return 0;
}
