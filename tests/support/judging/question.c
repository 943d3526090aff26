// SPDX-License-Identifier: Apache-2.0
// Questions become lines of JSON in a temporary file, the records that come back become answers.
#include "support/judging/question.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void must(bool good, const char *what)
{
    if (!good) {
        (void)fprintf(stderr, "question: %s\n", what);
        exit(EXIT_FAILURE);
    }
}

static void put_cert(FILE *file, tv_span der)
{
    static unsigned char text[1 << 16];
    must(der.len < sizeof(text) / 2, "certificate is too large");
    (void)EVP_EncodeBlock(text, der.ptr, (int)der.len);
    (void)fprintf(file, "\"-----BEGIN CERTIFICATE-----\\n%s\\n-----END CERTIFICATE-----\\n\"",
                  (const char *)text);
}

static void put_list(FILE *file, const char *name, const tv_span *ders, size_t num)
{
    (void)fprintf(file, ",\"%s\":[", name);
    for (size_t i = 0; i < num; i++) {
        (void)fputs(i > 0 ? "," : "", file);
        put_cert(file, ders[i]);
    }
    (void)fputs("]", file);
}

static void put_question(FILE *file, const tv_question *question)
{
    (void)fprintf(file, "{\"time\":%lld", (long long)question->at);
    put_list(file, "trusted", question->trusted, question->num_trusted);
    put_list(file, "untrusted", question->untrusted, question->num_untrusted);
    (void)fputs(",\"leaf\":", file);
    put_cert(file, question->leaf);
    (void)fputs("}\n", file);
}

static void read_answers(const char *path, tv_answer *out, size_t num)
{
    FILE *file = fopen(path, "rb");
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    size_t count = 0;
    must(file != NULL, "answers cannot be read");
    while ((len = getline(&line, &cap, file)) > 0) {
        must(count < num, "more answers than questions");
        must(tv_answer_read(&out[count], line, (size_t)len), "an answer that is no verdict");
        count++;
    }
    must(count == num, "fewer answers than questions");
    free(line);
    (void)fclose(file);
}

void tv_questions_judge(const tv_question *questions, size_t num, const tv_profile *profile,
                        tv_answer *out)
{
    char asked[] = "/tmp/trustval-asked-XXXXXX";
    char answered[] = "/tmp/trustval-answered-XXXXXX";
    int fd = mkstemp(asked);
    int other = mkstemp(answered);
    must(fd >= 0 && other >= 0, "no temporary file");
    FILE *file = fdopen(fd, "wb");
    must(file != NULL && close(other) == 0, "no temporary file");
    for (size_t i = 0; i < num; i++) {
        put_question(file, &questions[i]);
    }
    must(fclose(file) == 0, "questions cannot be written");
    const tv_jobs_options options = {.profile = profile, .threads = 2};
    tv_jobs_summary summary;
    tv_status status = tv_verify_jobs(asked, answered, &options, &summary, NULL);
    must(status == TV_OK, tv_status_text(status));
    must(summary.num_jobs == num && summary.num_errors == 0, "not all questions were judged");
    read_answers(answered, out, num);
    (void)unlink(asked);
    (void)unlink(answered);
}

static tv_fingerprint fingerprint_of(tv_span der)
{
    tv_fingerprint out;
    must(EVP_Digest(der.ptr, der.len, out.bytes, NULL, EVP_sha256(), NULL) == 1, "SHA-256");
    return out;
}

static bool has_fingerprint(tv_span der, const tv_fingerprint *fingerprint)
{
    tv_fingerprint own = fingerprint_of(der);
    return memcmp(own.bytes, fingerprint->bytes, sizeof(own.bytes)) == 0;
}

tv_span tv_question_find(const tv_question *question, const tv_fingerprint *fingerprint)
{
    for (size_t i = 0; i < question->num_trusted; i++) {
        if (has_fingerprint(question->trusted[i], fingerprint)) {
            return question->trusted[i];
        }
    }
    for (size_t i = 0; i < question->num_untrusted; i++) {
        if (has_fingerprint(question->untrusted[i], fingerprint)) {
            return question->untrusted[i];
        }
    }
    return has_fingerprint(question->leaf, fingerprint) ? question->leaf : (tv_span){NULL, 0};
}

static void dump_list(const char *dir, size_t number, const char *role, const tv_span *ders,
                      size_t num)
{
    static unsigned char text[1 << 16];
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/%zu-%s.pem", dir, number, role);
    FILE *file = fopen(path, "wb");
    must(file != NULL, path);
    for (size_t i = 0; i < num; i++) {
        must(ders[i].len < sizeof(text) / 2, "certificate is too large");
        (void)EVP_EncodeBlock(text, ders[i].ptr, (int)ders[i].len);
        (void)fputs("-----BEGIN CERTIFICATE-----\n", file);
        for (const char *at = (const char *)text; *at != '\0';) {
            int len = (int)strnlen(at, 64);
            (void)fprintf(file, "%.*s\n", len, at);
            at += len;
        }
        (void)fputs("-----END CERTIFICATE-----\n", file);
    }
    (void)fclose(file);
}

void tv_question_dump(const tv_question *question, const char *dir, size_t number)
{
    dump_list(dir, number, "trusted", question->trusted, question->num_trusted);
    dump_list(dir, number, "untrusted", question->untrusted, question->num_untrusted);
    dump_list(dir, number, "leaf", &question->leaf, 1);
}
