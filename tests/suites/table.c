// SPDX-License-Identifier: Apache-2.0
// Reads a table in place: fields end where their separator stood.

#include "suites/table.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *tv_file_text(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        abort();
    }
    size_t cap = 1 << 16;
    char *text = malloc(cap);
    size_t used = 0;
    size_t got;
    assert(text != NULL);
    while ((got = fread(text + used, 1, cap - 1 - used, file)) > 0) {
        used += got;
        if (used == cap - 1) {
            cap *= 2;
            char *grown = realloc(text, cap);
            assert(grown != NULL);
            text = grown;
        }
    }
    assert(ferror(file) == 0);
    (void)fclose(file);
    text[used] = '\0';
    if (len != NULL) {
        *len = used;
    }
    return text;
}

// Cuts one field off `*rest`, its quotes taken away; false when it was the last of the line.
static bool cut_field(char **rest, char separator, char **field)
{
    char *in = *rest;
    *field = in;
    if (separator == ',' && *in == '"') {
        char *out = in;
        for (in++; *in != '\0'; in++) {
            if (*in == '"' && *++in != '"') {
                break;
            }
            *out++ = *in;
        }
        char end = *in;
        assert(end == separator || end == '\0');
        *out = '\0';
        *rest = in + 1;
        return end == separator;
    }
    in += strcspn(in, (char[]){separator, '\0'});
    bool more = *in == separator;
    *in = '\0';
    *rest = in + 1;
    return more;
}

static size_t split(char *line, char separator, tv_table_row *out)
{
    size_t count = 0;
    for (bool more = true; more;) {
        char *field;
        more = cut_field(&line, separator, &field);
        assert(count < TV_TABLE_COLUMNS);
        out->fields[count++] = field;
    }
    for (size_t i = count; i < TV_TABLE_COLUMNS; i++) {
        out->fields[i] = "";
    }
    return count;
}

void tv_table_open(tv_table *out, const char *path, char separator)
{
    *out = (tv_table){.text = tv_file_text(path, NULL)};
    size_t cap = 1;
    for (const char *at = out->text; *at != '\0'; at++) {
        cap += *at == '\n' ? 1 : 0;
    }
    out->rows = calloc(cap, sizeof(*out->rows));
    assert(out->rows != NULL);
    unsigned number = 0;
    for (char *line = out->text; line != NULL && *line != '\0';) {
        char *end = strchr(line, '\n');
        char *next = end != NULL ? end + 1 : NULL;
        if (end != NULL) {
            *end = '\0';
        }
        number++;
        if (*line != '\0' && *line != '#') {
            tv_table_row *row = out->num_columns == 0 ? &out->head : &out->rows[out->num_rows++];
            row->line = number;
            size_t count = split(line, separator, row);
            out->num_columns = out->num_columns == 0 ? count : out->num_columns;
        }
        line = next;
    }
}

void tv_table_close(tv_table *table)
{
    free(table->rows);
    free(table->text);
    *table = (tv_table){0};
}

size_t tv_table_column(const tv_table *table, const char *name)
{
    for (size_t i = 0; i < table->num_columns; i++) {
        if (strcmp(table->head.fields[i], name) == 0) {
            return i;
        }
    }
    (void)fprintf(stderr, "no column %s\n", name);
    abort();
}
