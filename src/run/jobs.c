// SPDX-License-Identifier: Apache-2.0
// Independent questions: lines of JSON come in, a verdict record a line goes out, in order. The
// questions of one chunk share their certificates, keys and signatures through one graph.

#include "base/arena.h"
#include "base/intern.h"
#include "base/span.h"
#include "base/vec.h"
#include "bundle/decode.h"
#include "io/map.h"
#include "io/stream.h"
#include "jobs/job.h"
#include "path/path.h"
#include "run/judging.h"
#include "run/line_feed.h"
#include "run/pipeline.h"
#include "write/json_records.h"

#include <stdlib.h>
#include <uv.h>

// A graph's worth of questions: so many of them, or fewer when their texts take as many bytes.
enum { JOBS_PER_CHUNK = 512, BYTES_PER_CHUNK = 1 << 24 };

// Certificates of a question as nodes, in the order of its texts.
typedef struct node_list {
    uint32_t *nodes; // room for `cap`
    size_t num, cap;
    tv_node_trust *trust; // by place; NULL while none of them has trust settings
} node_list;

// A question with its certificates as nodes of the chunk's graph.
typedef struct question {
    tv_job job;
    node_list trusted, untrusted;
    uint32_t leaf;            // node; TV_ID_NONE when no certificate could be decoded
    const char *leaf_problem; // why
} question;

// One chunk of lines under way.
typedef struct chunk {
    tv_buf lines;
    tv_arena arena;
    question *questions;
    size_t num_questions, cap_questions;
    tv_intern *ders;
    tv_held *held;
    const tv_held **held_list;
    tv_graph *graph;
    tv_keyring *keys;
    tv_sig_memo *memo;
    uint64_t *trusted_bits, *untrusted_bits; // of the question at hand
    size_t words;
    tv_buf out;
    tv_jobs_summary counts;
    tv_status status;
} chunk;

typedef struct jobs_run {
    const tv_jobs_options *options;
    tv_limits limits;
    tv_line_feed feed;
    tv_sink *sink;
    tv_sig *sig;
    chunk *chunks; // by slot
    size_t num_slots;
    tv_path_worker *workers;
    tv_target *targets; // by worker
    unsigned num_workers;
    tv_jobs_summary total;
    tv_pipeline *pipeline; // while it runs
} jobs_run;

static bool is_stopped(void *payload)
{
    const jobs_run *self = payload;
    return tv_pipeline_poll(self->pipeline);
}

static tv_status cut(void *context, size_t slot, bool *more, tv_pipeline *pipeline)
{
    jobs_run *self = context;
    self->pipeline = pipeline;
    tv_status status = tv_line_feed_next(&self->feed, &self->chunks[slot].lines);
    *more = status == TV_OK && self->chunks[slot].lines.len > 0;
    return status;
}

// Adds certificates that stand in a row as DER.
static tv_status add_der_nodes(chunk *self, tv_span rest, node_list *list)
{
    while (list->num < list->cap && rest.len > 0) {
        size_t extent = tv_der_extent(rest);
        tv_span der = tv_span_part(rest, 0, extent != 0 ? extent : rest.len);
        tv_status status = tv_intern_add(self->ders, der, &list->nodes[list->num], NULL);
        if (status != TV_OK) {
            return status;
        }
        list->num++;
        rest = tv_span_part(rest, der.len, rest.len);
    }
    return TV_OK;
}

// Keeps the trust settings of the node at `place`.
static tv_status keep_settings(chunk *self, node_list *list, size_t place, tv_span settings)
{
    if (list->trust == NULL) {
        list->trust = tv_arena_array(&self->arena, list->cap, sizeof(*list->trust));
        if (list->trust == NULL) {
            return TV_ERR_NOMEM;
        }
        memset(list->trust, 0, list->cap * sizeof(*list->trust));
    }
    tv_trust_read(settings, &list->trust[place].trust);
    return TV_OK;
}

// Adds the certificates of one text, or of the file that it named, to `list`.
static tv_status add_text_nodes(chunk *self, tv_span text, node_list *list, const char **problem)
{
    tv_pem_scan scan;
    tv_pem_block block;
    if (tv_looks_like_der(text)) {
        return add_der_nodes(self, text, list);
    }
    tv_pem_scan_open(&scan, text, 1);
    while (list->num < list->cap && tv_pem_scan_next(&scan, &block)) {
        uint8_t *room = tv_arena_alloc(&self->arena, tv_base64_room(block.body.len));
        if (room == NULL) {
            return TV_ERR_NOMEM;
        }
        tv_decoded decoded;
        tv_block_decode(&block, room, &decoded);
        if (decoded.problem != NULL) {
            *problem = decoded.problem;
            continue;
        }
        tv_status status = tv_intern_add(self->ders, decoded.der, &list->nodes[list->num], NULL);
        if (status == TV_OK && decoded.settings.len > 0) {
            status = keep_settings(self, list, list->num, decoded.settings);
        }
        if (status != TV_OK) {
            return status;
        }
        list->num++;
    }
    return TV_OK;
}

// Whether a text can name a file to be read whole: not a pipe or a device, whose end may never
// come, nor the standard input, which the questions may come from.
static bool names_file(tv_span text)
{
    bool is_stream;
    int error;
    return !tv_span_equal(text, TV_LIT("-")) && memchr(text.ptr, 0, text.len) == NULL &&
           tv_stream_wanted(&is_stream, (const char *)text.ptr, &error) == TV_OK && !is_stream;
}

// The contents of the file that a text names, as 8-bit text or DER, kept in the arena.
static tv_status read_named_file(chunk *self, tv_span *text, const char **problem)
{
    tv_map map = {0};
    if (!names_file(*text) ||
        tv_map_open(&map, (const char *)text->ptr, false, UINT64_C(1) << 30) != TV_OK) {
        *problem = "a certificate file cannot be read";
        return TV_OK;
    }
    uint8_t *converted = NULL;
    size_t len;
    tv_span bytes = map.bytes;
    if (!tv_looks_like_der(bytes) && tv_pem_from_utf16(bytes, &converted, &len)) {
        bytes = tv_span_make(converted, len);
    }
    *text = tv_arena_copy(&self->arena, bytes);
    free(converted);
    tv_map_close(&map);
    return text->ptr != NULL ? TV_OK : TV_ERR_NOMEM;
}

// The text itself, or the contents of the file that it names.
static tv_status resolve_text(chunk *self, tv_span *text, const char **problem)
{
    if (text->len == 0 || tv_pem_next_begin(*text, 0) < text->len ||
        memchr(text->ptr, '\n', text->len) != NULL) {
        return TV_OK;
    }
    return read_named_file(self, text, problem);
}

// The most certificates that a text may hold.
static size_t count_blocks(tv_span text)
{
    size_t count = 0;
    if (tv_looks_like_der(text)) {
        for (size_t len; text.len > 0; text = tv_span_part(text, len, text.len)) {
            size_t extent = tv_der_extent(text);
            len = extent != 0 ? extent : text.len;
            count++;
        }
        return count;
    }
    for (size_t at = tv_pem_next_begin(text, 0); at < text.len;
         at = tv_pem_next_begin(text, at + 1)) {
        count++;
    }
    return count;
}

static tv_status add_list_nodes(chunk *self, question *q, tv_span *texts, size_t num_texts,
                                node_list *list)
{
    for (size_t i = 0; i < num_texts; i++) {
        tv_status status = resolve_text(self, &texts[i], &q->job.error);
        if (status != TV_OK) {
            return status;
        }
        list->cap += count_blocks(texts[i]);
    }
    list->nodes = tv_arena_array(&self->arena, list->cap + 1, sizeof(uint32_t));
    if (list->nodes == NULL) {
        return TV_ERR_NOMEM;
    }
    tv_status status = TV_OK;
    for (size_t i = 0; i < num_texts && status == TV_OK; i++) {
        const char *ignored = NULL; // rubbish among the certificates at hand is none of them
        status = add_text_nodes(self, texts[i], list, &ignored);
    }
    return status;
}

static tv_status read_question(chunk *self, tv_span line)
{
    if (!tv_vec_grow((void **)&self->questions, &self->cap_questions, self->num_questions + 1,
                     sizeof(question))) {
        return TV_ERR_NOMEM;
    }
    question *q = &self->questions[self->num_questions++];
    *q = (question){.leaf = TV_ID_NONE, .leaf_problem = "no certificate in leaf"};
    tv_job_read(&q->job, line, &self->arena);
    if (q->job.error != NULL) {
        return TV_OK;
    }
    node_list leaf = {.nodes = &q->leaf, .cap = 1};
    tv_status status = resolve_text(self, &q->job.leaf, &q->job.error);
    if (status == TV_OK) {
        status = add_text_nodes(self, q->job.leaf, &leaf, &q->leaf_problem);
    }
    if (status == TV_OK) {
        status = add_list_nodes(self, q, q->job.trusted, q->job.num_trusted, &q->trusted);
    }
    if (status == TV_OK) {
        status = add_list_nodes(self, q, q->job.untrusted, q->job.num_untrusted, &q->untrusted);
    }
    return status;
}

static tv_status read_questions(chunk *self, tv_span *rest)
{
    self->num_questions = 0;
    tv_arena_reset(&self->arena);
    while (rest->len > 0 && self->num_questions < JOBS_PER_CHUNK &&
           self->arena.used < BYTES_PER_CHUNK) {
        const uint8_t *end = memchr(rest->ptr, '\n', rest->len);
        size_t len = end != NULL ? (size_t)(end - rest->ptr) : rest->len;
        tv_span line = tv_span_part(*rest, 0, len);
        *rest = tv_span_part(*rest, len + 1, rest->len);
        if (line.len > 0 && line.ptr[line.len - 1] == '\r') {
            line.len--;
        }
        if (line.len == 0) {
            continue;
        }
        tv_status status = read_question(self, line);
        if (status != TV_OK) {
            return status;
        }
    }
    return TV_OK;
}

static void close_graph(chunk *self)
{
    tv_sig_memo_close(self->memo);
    tv_keyring_close(self->keys);
    tv_graph_close(self->graph);
    tv_intern_close(self->ders);
    free(self->held);
    free(self->held_list);
    free(self->trusted_bits);
    free(self->untrusted_bits);
    self->memo = NULL;
    self->keys = NULL;
    self->graph = NULL;
    self->ders = NULL;
    self->held = NULL;
    self->held_list = NULL;
    self->trusted_bits = NULL;
    self->untrusted_bits = NULL;
}

static tv_status make_graph(chunk *self, const tv_sig *sig)
{
    enum { EDGES_PER_NODE = 8, FEW_EDGES = 256 };
    size_t count = tv_intern_count(self->ders);
    self->words = count / 64 + 1;
    self->held = calloc(count + 1, sizeof(*self->held));
    self->held_list = calloc(count + 1, sizeof(const tv_held *));
    self->trusted_bits = calloc(self->words, sizeof(uint64_t));
    self->untrusted_bits = calloc(self->words, sizeof(uint64_t));
    if (self->held == NULL || self->held_list == NULL || self->trusted_bits == NULL ||
        self->untrusted_bits == NULL) {
        return TV_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        tv_held *held = &self->held[i];
        tv_span der = tv_intern_bytes(self->ders, (uint32_t)i);
        held->id = (tv_cert_id)i;
        (void)tv_cert_parse(&held->cert, der, &held->problem);
        tv_sha256(held->fingerprint.bytes, der);
        self->held_list[i] = held;
    }
    tv_status status = tv_graph_open(&self->graph, self->held_list, count);
    if (status == TV_OK) {
        status = tv_keyring_open(&self->keys, sig, self->graph);
    }
    if (status == TV_OK) {
        status = tv_sig_memo_open(&self->memo, count * EDGES_PER_NODE + FEW_EDGES);
    }
    return status;
}

static void set_bits(uint64_t *bits, const node_list *list, bool on)
{
    for (size_t i = 0; i < list->num; i++) {
        uint32_t node = list->nodes[i];
        uint64_t bit = UINT64_C(1) << (node % 64);
        bits[node / 64] = on ? bits[node / 64] | bit : bits[node / 64] & ~bit;
    }
}

// The verdict on a question's leaf, and what it cost.
static tv_status judge_leaf(chunk *self, const question *q, const tv_judge *judge,
                            tv_path_worker *worker, tv_target *target, tv_cell *cell)
{
    const tv_cert *leaf = &self->held[q->leaf].cert;
    tv_trust_list trust;
    for (size_t i = 0; q->trusted.trust != NULL && i < q->trusted.num; i++) {
        q->trusted.trust[i].node = q->trusted.nodes[i];
        q->trusted.trust[i].place = (uint32_t)i;
    }
    tv_status status = tv_trust_list_open(&trust, self->graph, q->trusted.trust,
                                          q->trusted.trust != NULL ? q->trusted.num : 0);
    if (status != TV_OK) {
        return status;
    }
    set_bits(self->trusted_bits, &q->trusted, true);
    set_bits(self->untrusted_bits, &q->untrusted, true);
    tv_target_open(target, self->graph, leaf, q->leaf, 0, &worker->names);
    tv_path_judge(judge, worker,
                  (tv_node_set){self->trusted_bits, trust.num > 0 ? &trust : NULL, NULL},
                  (tv_node_set){.bits = self->untrusted_bits}, target, cell);
    set_bits(self->trusted_bits, &q->trusted, false);
    set_bits(self->untrusted_bits, &q->untrusted, false);
    tv_trust_list_close(&trust);
    self->counts.signature_checks += target->signature_checks;
    return TV_OK;
}

// Judges one question under its own profile and appends its record.
static tv_status answer(jobs_run *run, chunk *self, const question *q, tv_path_worker *worker,
                        tv_target *target)
{
    static const tv_span no_id = {(const uint8_t *)"null", 4};
    tv_span id = q->job.id.len > 0 ? q->job.id : no_id;
    self->counts.num_jobs++;
    if (q->job.error != NULL) {
        self->counts.num_errors++;
        tv_json_job_error(id, q->job.error, &self->out);
        return self->out.failed ? TV_ERR_NOMEM : TV_OK;
    }
    tv_profile *profile;
    tv_status status = tv_job_profile(&profile, run->options->profile, &q->job);
    if (status != TV_OK) {
        return status;
    }
    tv_judge judge = {
        .graph = self->graph,
        .keys = self->keys,
        .memo = self->memo,
        .profile = profile,
        .at = q->job.time != TV_TIME_NONE ? q->job.time : run->options->at,
        .limits = run->limits,
    };
    tv_run_info info = {.command = "verify", .profile = profile, .at = judge.at};
    tv_writer writer = {.run = &info};
    tv_item item = {.file = "", .problem = q->leaf_problem};
    tv_cell cell;
    uint64_t cost[3] = {0};
    if (q->leaf != TV_ID_NONE) {
        item.problem = NULL;
        tv_item_of_held(&item, &self->held[q->leaf]);
    }
    if (item.cert == NULL) {
        tv_cell_malformed(profile, &cell);
    } else {
        status = judge_leaf(self, q, &judge, worker, target, &cell);
        tv_path_cost spent = tv_path_last_cost(worker);
        cost[0] = spent.nodes;
        cost[1] = spent.signatures;
        cost[2] = spent.comparisons;
    }
    if (status == TV_OK) {
        self->counts.verdicts[cell.verdict]++;
        tv_json_job(&writer, id, &item, &cell, cost, &self->out);
        status = self->out.failed ? TV_ERR_NOMEM : TV_OK;
    }
    tv_profile_close(profile);
    return status;
}

static void second(void *context, size_t slot, unsigned number, tv_pipeline *pipeline)
{
    jobs_run *run = context;
    chunk *self = &run->chunks[slot];
    (void)pipeline;
    tv_span rest = tv_buf_span(&self->lines);
    self->counts = (tv_jobs_summary){0};
    self->status = TV_OK;
    tv_buf_clear(&self->out);
    while (rest.len > 0 && self->status == TV_OK) {
        self->status = tv_intern_open(&self->ders, TV_INTERN_COPY);
        if (self->status == TV_OK) {
            self->status = read_questions(self, &rest);
        }
        if (self->status == TV_OK) {
            self->status = make_graph(self, run->sig);
        }
        for (size_t i = 0; i < self->num_questions && self->status == TV_OK; i++) {
            self->status = answer(run, self, &self->questions[i], &run->workers[number],
                                  &run->targets[number]);
        }
        if (self->memo != NULL) {
            self->counts.signature_checks += tv_sig_memo_checks(self->memo);
        }
        close_graph(self);
    }
}

static tv_status finish(void *context, size_t slot)
{
    jobs_run *run = context;
    const chunk *self = &run->chunks[slot];
    if (self->status != TV_OK) {
        return self->status;
    }
    run->total.num_jobs += self->counts.num_jobs;
    run->total.num_errors += self->counts.num_errors;
    run->total.signature_checks += self->counts.signature_checks;
    for (size_t i = 0; i < 3; i++) {
        run->total.verdicts[i] += self->counts.verdicts[i];
    }
    return tv_sink_write(run->sink, tv_buf_span(&self->out));
}

static tv_status open_jobs(jobs_run *run, const char *path, const char *output, int *error)
{
    run->num_workers =
        run->options->threads != 0 ? run->options->threads : uv_available_parallelism();
    run->num_slots = tv_pipeline_slots(run->num_workers);
    run->workers = calloc(run->num_workers, sizeof(*run->workers));
    run->targets = calloc(run->num_workers, sizeof(*run->targets));
    run->chunks = calloc(run->num_slots, sizeof(*run->chunks));
    if (run->workers == NULL || run->targets == NULL || run->chunks == NULL) {
        return TV_ERR_NOMEM;
    }
    tv_status status = tv_sig_open(&run->sig);
    for (unsigned i = 0; i < run->num_workers && status == TV_OK; i++) {
        status = tv_path_worker_open(&run->workers[i], run->sig);
    }
    if (status == TV_OK) {
        status = tv_line_feed_open(&run->feed, path, is_stopped, run, error);
    }
    if (status == TV_OK) {
        bool is_stdout = strcmp(output, "-") == 0;
        status =
            is_stdout ? tv_sink_open_fd(&run->sink, 1) : tv_sink_open(&run->sink, output, error);
        if (status == TV_ERR_OPEN || status == TV_ERR_IS_DIRECTORY) {
            status = TV_ERR_WRITE; // tells the output's failure from the input's
        }
    }
    return status;
}

static void close_jobs(jobs_run *run)
{
    for (size_t i = 0; i < run->num_slots && run->chunks != NULL; i++) {
        close_graph(&run->chunks[i]);
        tv_buf_close(&run->chunks[i].lines);
        tv_buf_close(&run->chunks[i].out);
        tv_arena_close(&run->chunks[i].arena);
        free(run->chunks[i].questions);
    }
    for (unsigned i = 0; i < run->num_workers && run->workers != NULL; i++) {
        tv_path_worker_close(&run->workers[i]);
    }
    free(run->chunks);
    free(run->workers);
    free(run->targets);
    tv_line_feed_close(&run->feed);
    tv_sink_close(run->sink);
    tv_sig_close(run->sig);
}

tv_status tv_verify_jobs(const char *path, const char *output, const tv_jobs_options *options,
                         tv_jobs_summary *out, int *error)
{
    static const tv_pipeline_ops ops = {cut, NULL, NULL, second, finish, NULL};
    jobs_run run = {.options = options, .limits = options->limits, .feed.stream.fd = -1};
    atomic_bool cancel = false;
    *out = (tv_jobs_summary){0};
    tv_limits_complete(&run.limits);
    tv_status status = open_jobs(&run, path, output, error);
    if (status == TV_OK) {
        status = tv_pipeline_run(&ops, &run, run.num_workers, true, &cancel);
    }
    if (status == TV_OK) {
        status = tv_sink_commit(run.sink);
    }
    if (status == TV_ERR_WRITE && run.sink != NULL && error != NULL) {
        *error = tv_sink_errno(run.sink);
    }
    *out = run.total;
    close_jobs(&run);
    return status;
}
