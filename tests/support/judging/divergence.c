// SPDX-License-Identifier: Apache-2.0
// Differences come in, are proved to be of a class, and are counted. The proofs: the path that the
// library accepts is accepted by OpenSSL, too, when it is given nothing else, or a second earlier,
// or for any purpose; the chain that OpenSSL accepts holds a certificate that the library's strict
// reader refuses, and why.
#include "support/judging/divergence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CLASSES = 200, CLASS_LEN = 160, MAX_TOLD = 3 };

typedef struct class
{
    char id[CLASS_LEN];
    bool explained; // a line of the file
    size_t count;
} diff_class;

static diff_class classes[MAX_CLASSES];
static size_t num_classes;
static bool loaded;
static size_t agreed_accepts, agreed_denials, unexplained;

static void die(const char *what)
{
    (void)fprintf(stderr, "divergences: %s\n", what);
    exit(EXIT_FAILURE);
}

static diff_class *find_class(const char *id)
{
    for (size_t i = 0; i < num_classes; i++) {
        if (strcmp(classes[i].id, id) == 0) {
            return &classes[i];
        }
    }
    if (num_classes == MAX_CLASSES) {
        die("too many classes");
    }
    diff_class *added = &classes[num_classes++];
    (void)snprintf(added->id, sizeof(added->id), "%s", id);
    return added;
}

// The first field of each line is the class, quoted when it holds a comma.
static void load(void)
{
    FILE *file = fopen(TV_SOURCE_DIR "/tests/differential/divergences.csv", "rb");
    char *line = NULL;
    size_t cap = 0;
    loaded = true;
    if (file == NULL || getline(&line, &cap, file) <= 0) {
        die("tests/differential/divergences.csv cannot be read");
    }
    while (getline(&line, &cap, file) > 0) {
        bool quoted = line[0] == '"';
        char *start = quoted ? line + 1 : line;
        char *end = strchr(start, quoted ? '"' : ',');
        if (end == NULL) {
            die("a line without fields");
        }
        *end = '\0';
        find_class(start)->explained = true;
    }
    free(line);
    (void)fclose(file);
}

typedef struct found_path {
    tv_span ders[TV_ANSWER_PATH_MAX];
    size_t len;
} found_path;

static void find_path(found_path *out, const tv_question *question, const tv_answer *ours)
{
    out->len = ours->path_len;
    for (size_t i = 0; i < out->len; i++) {
        out->ders[i] = tv_question_find(question, &ours->path[i]);
    }
}

// Whether a certificate below the last makes OpenSSL stop: it takes it for self-signed, though the
// next one signed it.
static bool stops_below_anchor(const found_path *path)
{
    for (size_t i = 0; i + 1 < path->len; i++) {
        if (tv_openssl_mistakes_own_key(path->ders[i]) &&
            tv_openssl_signed_by(path->ders[i], path->ders[i + 1])) {
            return true;
        }
    }
    return false;
}

static void name_accept(char id[CLASS_LEN], const tv_question *question, const tv_answer *ours,
                        const tv_openssl_answer *theirs)
{
    found_path path;
    find_path(&path, question, ours);
    if (tv_openssl_accepts_path(path.ders, path.len, question->at, false)) {
        (void)snprintf(id, CLASS_LEN, "path not tried");
    } else if (tv_openssl_accepts_path(path.ders, path.len, question->at - 1, false)) {
        (void)snprintf(id, CLASS_LEN, "valid in the last second");
    } else if (tv_openssl_accepts_path(path.ders, path.len, question->at, true)) {
        (void)snprintf(id, CLASS_LEN, "purpose does not deny");
    } else if (stops_below_anchor(&path)) {
        (void)snprintf(id, CLASS_LEN, "self-issued taken for self-signed");
    } else {
        (void)snprintf(id, CLASS_LEN, "UNPROVED ACCEPT: error %d", theirs->error);
    }
}

// What the strict reader refuses in the chain that OpenSSL accepted, or NULL.
static const char *strict_problem(const tv_openssl_answer *theirs)
{
    for (size_t i = 0; i < theirs->chain_len; i++) {
        tv_cert_problem problem;
        tv_cert cert;
        if (!tv_cert_parse(&cert, theirs->chain[i], &problem)) {
            return problem.what;
        }
        if (cert.extension_problem.what != NULL) {
            return cert.extension_problem.what;
        }
        if (cert.key == TV_KEY_UNKNOWN || cert.sig.kind == TV_SIG_UNKNOWN) {
            return "algorithm or parameters that are not known";
        }
    }
    return NULL;
}

static void name_class(char id[CLASS_LEN], const tv_question *question, const tv_answer *ours,
                       const tv_openssl_answer *theirs)
{
    if (!theirs->accepted) {
        name_accept(id, question, ours, theirs);
        return;
    }
    const char *problem = strict_problem(theirs);
    if (problem != NULL) {
        (void)snprintf(id, CLASS_LEN, "strict reader: %s", problem);
    } else {
        (void)snprintf(id, CLASS_LEN, "denied: %s", tv_reason_id(ours->reason));
    }
}

static void take_difference(const tv_question *question, const char *label, const char *id,
                            const tv_answer *ours, const tv_openssl_answer *theirs)
{
    diff_class *class = find_class(id);
    class->count++;
    if (!class->explained) {
        const char *dir = getenv("TV_DUMP"); // a directory to keep the question in
        unexplained++;
        if (dir != NULL && dir[0] != '\0') {
            tv_question_dump(question, dir, unexplained);
            (void)fprintf(stderr, "%zu: ", unexplained);
        }
        if (class->count <= MAX_TOLD || dir != NULL) {
            (void)fprintf(stderr, "%s: %s: we say %s %s, OpenSSL says %d\n", id, label,
                          ours->verdict, tv_reason_id(ours->reason), theirs->error);
        }
    }
}

// True, and counted, when there is no difference.
static bool agree(const tv_answer *ours, const tv_openssl_answer *theirs)
{
    bool accepted = strcmp(ours->verdict, "accept") == 0;
    if (!loaded) {
        load();
    }
    if (accepted == theirs->accepted) {
        agreed_accepts += accepted ? 1 : 0;
        agreed_denials += accepted ? 0 : 1;
    }
    return accepted == theirs->accepted;
}

void tv_divergence_take(const tv_question *question, const char *label, const tv_answer *ours,
                        const tv_openssl_answer *theirs)
{
    char id[CLASS_LEN];
    if (!agree(ours, theirs)) {
        name_class(id, question, ours, theirs);
        take_difference(question, label, id, ours, theirs);
    }
}

void tv_divergence_take_accept(const tv_question *question, const char *profile, const char *label,
                               const tv_answer *ours, const tv_openssl_answer *theirs)
{
    char class[CLASS_LEN];
    char id[2 * CLASS_LEN];
    if (strcmp(ours->verdict, "accept") != 0 || agree(ours, theirs)) {
        return;
    }
    name_class(class, question, ours, theirs);
    (void)snprintf(id, sizeof(id), "%s: %s", profile, class);
    take_difference(question, label, id, ours, theirs);
}

size_t tv_divergence_num_unexplained(void)
{
    return unexplained;
}

size_t tv_divergence_num_unused(void)
{
    size_t unused = 0;
    for (size_t i = 0; i < num_classes; i++) {
        if (classes[i].explained && classes[i].count == 0) {
            (void)fprintf(stderr, "%s: no longer differs\n", classes[i].id);
            unused++;
        }
    }
    return unused;
}

void tv_divergence_print(void)
{
    (void)printf("%8zu accepted by both\n%8zu denied by both\n", agreed_accepts, agreed_denials);
    for (size_t i = 0; i < num_classes; i++) {
        if (classes[i].count > 0) {
            (void)printf("%8zu %s\n", classes[i].count, classes[i].id);
        }
    }
}
