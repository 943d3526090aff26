// SPDX-License-Identifier: Apache-2.0
// Small tables of text: lines of fields, as others.tsv and divergences.csv have them. The first
// line names the columns.
#ifndef TV_TESTS_SUITES_TABLE_H
#define TV_TESTS_SUITES_TABLE_H

#include <stddef.h>

enum { TV_TABLE_COLUMNS = 16 };

typedef struct tv_table_row {
    const char *fields[TV_TABLE_COLUMNS]; // "" where the line has fewer
    unsigned line;
} tv_table_row;

typedef struct tv_table {
    char *text; // owns every field
    tv_table_row head, *rows;
    size_t num_columns, num_rows;
} tv_table;

// Reads a file with fields between `separator` ('\t', or ',' with the quotes of RFC 4180, no line
// breaks in them). Lines that are empty or begin with '#' are left out. Ends the test when the file
// cannot be read or a line has too many fields.
void tv_table_open(tv_table *out, const char *path, char separator);
void tv_table_close(tv_table *table);

size_t tv_table_column(const tv_table *table, const char *name); // ends the test when there is none

// The whole file at `path`, NUL-terminated, malloc'ed; ends the test when it cannot be read.
char *tv_file_text(const char *path, size_t *len);

#endif
