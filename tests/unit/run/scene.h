// SPDX-License-Identifier: Apache-2.0
// A directory of its own for a test program of this room, files of minted certificates in it, and
// runs over them whose output comes back as text. The program works in that directory, so that
// names of files are short and the same in every run.
#ifndef TV_TESTS_RUN_SCENE_H
#define TV_TESTS_RUN_SCENE_H

#include "base/buf.h"
#include "base/span.h"
#include "run/workspace.h"
#include "support/mint.h"

#include <dirent.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// 2026-01-01, within the validity of what tv_mint makes.
#define SCENE_NOW INT64_C(1767225600)

static char scene_dir[] = "/tmp/tv_run_XXXXXX";

static inline int scene_open(void **state)
{
    (void)state;
    return mkdtemp(scene_dir) != NULL && chdir(scene_dir) == 0 ? 0 : -1;
}

static inline void scene_remove_all(const char *path)
{
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char name[1024];
        struct stat info;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        int len = snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
        assert_true(len > 0 && (size_t)len < sizeof(name));
        assert_int_equal(lstat(name, &info), 0);
        if (S_ISDIR(info.st_mode)) {
            scene_remove_all(name);
        } else {
            assert_int_equal(unlink(name), 0);
        }
    }
    closedir(dir);
    assert_int_equal(rmdir(path), 0);
}

static inline int scene_close(void **state)
{
    (void)state;
    assert_int_equal(chdir("/"), 0);
    scene_remove_all(scene_dir);
    return 0;
}

static inline void scene_write(const char *path, tv_span bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(bytes.len == 0 || fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len);
    assert_int_equal(fclose(file), 0);
}

static inline void scene_write_text(const char *path, const char *text)
{
    scene_write(path, tv_span_from_text(text));
}

// The contents of a file, with a NUL behind them that is not counted. The caller frees `ptr`.
static inline tv_buf scene_read(const char *path)
{
    tv_buf out = {0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t got;
    do {
        assert_true(tv_buf_reserve(&out, 65536));
        got = fread(out.ptr + out.len, 1, 65536, file);
        out.len += got;
    } while (got > 0);
    assert_int_equal(ferror(file), 0);
    fclose(file);
    tv_buf_add_byte(&out, 0);
    out.len--;
    return out;
}

// A PEM block; lines end with `eol`.
static inline void scene_add_pem(tv_buf *out, const char *label, tv_span der, const char *eol)
{
    tv_buf base64 = {0};
    assert_true(tv_buf_reserve(&base64, der.len * 4 / 3 + 8));
    base64.len = (size_t)EVP_EncodeBlock(base64.ptr, der.ptr, (int)der.len);
    tv_buf_add_text(out, "-----BEGIN ");
    tv_buf_add_text(out, label);
    tv_buf_add_text(out, "-----");
    tv_buf_add_text(out, eol);
    for (size_t at = 0; at < base64.len; at += 64) {
        tv_buf_add(out, tv_span_part(tv_buf_span(&base64), at, 64));
        tv_buf_add_text(out, eol);
    }
    tv_buf_add_text(out, "-----END ");
    tv_buf_add_text(out, label);
    tv_buf_add_text(out, "-----");
    tv_buf_add_text(out, eol);
    assert_false(out->failed);
    tv_buf_close(&base64);
}

static inline void scene_add_cert(tv_buf *out, tv_span der)
{
    scene_add_pem(out, "CERTIFICATE", der, "\n");
}

static inline void scene_write_certs(const char *path, const tv_span *ders, size_t num)
{
    tv_buf text = {0};
    for (size_t i = 0; i < num; i++) {
        scene_add_cert(&text, ders[i]);
    }
    scene_write(path, tv_buf_span(&text));
    tv_buf_close(&text);
}

// A TRUSTED CERTIFICATE that is trusted for one purpose: the last octet of its OID.
static inline void scene_add_trusted(tv_buf *out, tv_span der, uint8_t purpose)
{
    const uint8_t settings[] = {0x30, 0x0c, 0x30, 0x0a, 0x06, 0x08, 0x2b,
                                0x06, 0x01, 0x05, 0x05, 0x07, 0x03, purpose};
    tv_buf both = {0};
    tv_buf_add(&both, der);
    tv_buf_add(&both, (tv_span){settings, sizeof(settings)});
    scene_add_pem(out, "TRUSTED CERTIFICATE", tv_buf_span(&both), "\n");
    tv_buf_close(&both);
}

// Each byte of `text` as two, little-endian, behind a byte order mark.
static inline void scene_add_utf16(tv_buf *out, tv_span text)
{
    tv_buf_add(out, TV_LIT("\xff\xfe"));
    for (size_t i = 0; i < text.len; i++) {
        tv_buf_add_byte(out, text.ptr[i]);
        tv_buf_add_byte(out, 0);
    }
}

// A self-signed CA with key `which` of P-256.
static inline tv_span scene_mint_ca(const char *subject, unsigned which)
{
    tv_mint_spec spec = {
        .subject = subject,
        .key = tv_mint_key_number("P-256", which),
        .extensions = {{.name = "basicConstraints", .conf = "critical,CA:TRUE"},
                       {.name = "keyUsage", .conf = "critical,keyCertSign,cRLSign"},
                       {.name = "subjectKeyIdentifier", .conf = "hash"}},
    };
    return tv_mint(&spec);
}

// A CA with key `which` that the CA `issuer` with key `signer` issued.
static inline tv_span scene_mint_sub_ca(const char *subject, unsigned which, const char *issuer,
                                        unsigned signer)
{
    tv_mint_spec spec = {
        .subject = subject,
        .issuer = issuer,
        .key = tv_mint_key_number("P-256", which),
        .signer = tv_mint_key_number("P-256", signer),
        .extensions = {{.name = "basicConstraints", .conf = "critical,CA:TRUE"},
                       {.name = "keyUsage", .conf = "critical,keyCertSign,cRLSign"},
                       {.name = "subjectKeyIdentifier", .conf = "hash"}},
    };
    return tv_mint(&spec);
}

// A client of the CA `issuer` with key `signer`; they all have the same key of their own. An issuer
// that is NULL makes a self-signed one.
static inline tv_span scene_mint_client(unsigned serial, const char *issuer, unsigned signer,
                                        const char *not_after)
{
    char subject[40];
    char hex[16];
    snprintf(subject, sizeof(subject), "CN=client %u", serial);
    snprintf(hex, sizeof(hex), "%08X", 0x01000000 + serial);
    tv_mint_spec spec = {
        .subject = subject,
        .issuer = issuer,
        .key = tv_mint_key_number("P-256", 9),
        .signer = issuer != NULL ? tv_mint_key_number("P-256", signer) : NULL,
        .serial = hex,
        .not_after = not_after,
        .extensions = {{.name = "keyUsage", .conf = "critical,digitalSignature"},
                       {.name = "extendedKeyUsage", .conf = "clientAuth"}},
    };
    return tv_mint(&spec);
}

// What a run is asked for. Paths end with NULL.
typedef struct scene_ask {
    const char *const *stores;
    const char *const *untrusted;
    const char *const *clients; // NULL: an audit
    tv_options options;
    size_t piece_len;  // of client input; 0: what is usual
    bool plain_search; // nothing is remembered of issuers or rows
    tv_format format;
    tv_layout layout;
    bool unique;
    const char *profile;                // NULL: rfc5280
    const char *output;                 // NULL: a file that is read back
    void (*on_problem)(tv_workspace *); // may be NULL
} scene_ask;

typedef struct scene_problem {
    char file[256];
    tv_status status;
} scene_problem;

enum { SCENE_MAX_PROBLEMS = 16 };

typedef struct scene_answer {
    tv_status status;
    bool has_summary;
    tv_summary summary;        // without its pointers
    tv_store_counts counts[8]; // by store
    tv_buf text;               // what was written, when it was committed; scene_answer_close frees
    scene_problem problems[SCENE_MAX_PROBLEMS];
    size_t num_problems;
    // While it runs:
    const scene_ask *ask;
    tv_workspace *workspace;
} scene_answer;

static inline void scene_take_problem(void *payload, const char *file, tv_status status, int error)
{
    scene_answer *answer = payload;
    (void)error;
    assert_true(answer->num_problems < SCENE_MAX_PROBLEMS);
    scene_problem *problem = &answer->problems[answer->num_problems++];
    snprintf(problem->file, sizeof(problem->file), "%s", file);
    problem->status = status;
    if (answer->ask->on_problem != NULL) {
        answer->ask->on_problem(answer->workspace);
    }
}

static inline tv_workspace *scene_workspace(const scene_ask *ask)
{
    tv_workspace *workspace;
    tv_bundle_id id;
    assert_int_equal(tv_workspace_open(&workspace, &ask->options), TV_OK);
    for (size_t i = 0; ask->stores != NULL && ask->stores[i] != NULL; i++) {
        tv_status status =
            tv_workspace_add(workspace, &id, ask->stores[i], NULL, TV_ROLE_TRUSTSTORE, NULL);
        assert_true(status == TV_OK || status == TV_ERR_NO_CERTIFICATE);
    }
    for (size_t i = 0; ask->untrusted != NULL && ask->untrusted[i] != NULL; i++) {
        assert_int_equal(
            tv_workspace_add(workspace, &id, ask->untrusted[i], NULL, TV_ROLE_UNTRUSTED, NULL),
            TV_OK);
    }
    assert_int_equal(tv_workspace_freeze(workspace), TV_OK);
    workspace->piece_len = ask->piece_len;
    workspace->plain_search = ask->plain_search;
    return workspace;
}

static inline void scene_judge(scene_answer *answer, const tv_judge_options *options)
{
    const scene_ask *ask = answer->ask;
    const tv_summary *summary;
    if (ask->clients == NULL) {
        answer->status = tv_audit(answer->workspace, options, &summary);
    } else {
        tv_clients *clients;
        assert_int_equal(tv_clients_open(&clients), TV_OK);
        for (size_t i = 0; ask->clients[i] != NULL; i++) {
            assert_int_equal(tv_clients_add(clients, ask->clients[i]), TV_OK);
        }
        answer->status = tv_verify(answer->workspace, clients, options, &summary);
        tv_clients_close(clients);
    }
    answer->has_summary = summary != NULL;
    if (summary != NULL) {
        answer->summary = *summary;
        for (size_t i = 0; i < summary->num_stores && i < 8; i++) {
            answer->counts[i] = summary->stores[i];
        }
        answer->summary.stores = NULL;
        answer->summary.help = NULL;
    }
}

// Runs over a workspace that stands. Two runs may follow each other on the same one.
static inline void scene_run_on(scene_answer *answer, tv_workspace *workspace, const scene_ask *ask)
{
    tv_profile *profile;
    tv_writer *writer;
    *answer = (scene_answer){.ask = ask, .workspace = workspace};
    const char *name = ask->profile != NULL ? ask->profile : "rfc5280";
    assert_int_equal(tv_profile_load(&profile, name, NULL), TV_OK);
    tv_writer_options writing = {.format = ask->format, .layout = ask->layout};
    const char *output = ask->output != NULL ? ask->output : "output";
    assert_int_equal(tv_writer_open(&writer, &writing, output, NULL), TV_OK);
    tv_judge_options options = {
        .profile = profile,
        .at = SCENE_NOW,
        .writers = &writer,
        .num_writers = 1,
        .unique = ask->unique,
        .problem = scene_take_problem,
        .payload = answer,
    };
    scene_judge(answer, &options);
    if (ask->output == NULL && (answer->status == TV_OK || answer->status == TV_ERR_CANCELLED)) {
        assert_int_equal(tv_writer_commit(writer), TV_OK);
        answer->text = scene_read(output);
        assert_int_equal(unlink(output), 0);
    }
    tv_writer_close(writer);
    tv_profile_close(profile);
}

static inline void scene_run(scene_answer *answer, const scene_ask *ask)
{
    tv_workspace *workspace = scene_workspace(ask);
    scene_run_on(answer, workspace, ask);
    tv_workspace_close(workspace);
}

static inline void scene_answer_close(scene_answer *answer)
{
    tv_buf_close(&answer->text);
}

// Makes `path` a FIFO into which a child process writes `bytes`. The caller waits for the child.
static inline pid_t scene_pipe(const char *path, tv_span bytes)
{
    assert_int_equal(mkfifo(path, 0600), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        FILE *file = fopen(path, "wb");
        bool written =
            file != NULL && (bytes.len == 0 || fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len);
        _exit(written && fclose(file) == 0 ? 0 : 1);
    }
    return child;
}

static inline void scene_pipe_close(const char *path, pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(unlink(path), 0);
}

#endif
