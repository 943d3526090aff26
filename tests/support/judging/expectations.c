// SPDX-License-Identifier: Apache-2.0
// expectations.tsv comes in, its lines go out as rows; and where the files of a case are.
#include "support/judging/corpus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NUM_FIELDS = 8, MAX_LINES = 4096, MAX_PATH = 4096 };

static void die(const char *what, const char *name)
{
    (void)fprintf(stderr, "corpus: %s: %s\n", name, what);
    exit(EXIT_FAILURE);
}

const char *tv_corpus_dir(void)
{
    const char *dir = getenv("TV_CORPUS");
    if (dir == NULL) {
        die("names the directory that `mint_corpus cases --large` made", "TV_CORPUS");
    }
    return dir;
}

char *tv_case_file(const char *name, const char *file)
{
    char path[MAX_PATH];
    int len = snprintf(path, sizeof(path), "%s/%s/%s", tv_corpus_dir(), name, file);
    if (len < 0 || (size_t)len >= sizeof(path)) {
        die("path is too long", name);
    }
    return access(path, R_OK) == 0 ? strdup(path) : NULL;
}

char *tv_case_truststore(const char *name)
{
    static const char *const names[] = {"truststore.pem", "truststore.crt"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *path = tv_case_file(name, names[i]);
        if (path != NULL) {
            return path;
        }
    }
    die("no truststore", name);
    return NULL;
}

// The whole file, NUL-terminated.
static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        die(strerror(errno), path);
    }
    (void)fseek(file, 0, SEEK_END);
    long len = ftell(file);
    rewind(file);
    char *text = calloc((size_t)len + 1, 1);
    if (text == NULL || fread(text, 1, (size_t)len, file) != (size_t)len) {
        die("cannot be read", path);
    }
    (void)fclose(file);
    return text;
}

// Cuts a line at its tabs.
static void parse_line(tv_expectation *row, char *line, unsigned number)
{
    char *fields[NUM_FIELDS];
    for (size_t i = 0; i < NUM_FIELDS; i++) {
        fields[i] = line;
        char *tab = strchr(line, '\t');
        if ((tab == NULL) != (i + 1 == NUM_FIELDS)) {
            die("a line has not eight fields", line);
        }
        if (tab != NULL) {
            *tab = '\0';
            line = tab + 1;
        }
    }
    *row = (tv_expectation){
        .name = fields[0],
        .kind = fields[1],
        .profile = fields[3],
        .at = fields[4],
        .expected = fields[5],
        .reason = fields[6],
        .note = fields[7],
        .index = (unsigned)strtoul(fields[2], NULL, 10),
        .line = number,
    };
}

const tv_expectation *tv_expectations(size_t *num)
{
    static tv_expectation rows[MAX_LINES];
    static size_t num_rows;
    static char *text;
    if (text == NULL) {
        char path[MAX_PATH];
        (void)snprintf(path, sizeof(path), "%s/expectations.tsv", tv_corpus_dir());
        text = read_text(path);
        unsigned number = 1; // the header
        char *line = strchr(text, '\n');
        for (line = line != NULL ? line + 1 : text; *line != '\0';) {
            char *end = strchr(line, '\n');
            if (end == NULL || num_rows == MAX_LINES) {
                die("a line without end, or too many lines", path);
            }
            *end = '\0';
            parse_line(&rows[num_rows++], line, ++number);
            line = end + 1;
        }
    }
    if (num_rows == 0) {
        die("no expectations", tv_corpus_dir());
    }
    *num = num_rows;
    return rows;
}
