// SPDX-License-Identifier: Apache-2.0
// Minted bytes as PEM text, and as files.
#ifndef MINT_OUTPUT_H
#define MINT_OUTPUT_H

#include "buf.h"

#include <stdio.h>

// The seed of everything that is not a benchmark workload, and the instant that it is judged at.
#define MINT_SEED "trustval corpus 1"
#define MINT_AT "2026-06-01T00:00:00Z"

// Base64 in lines of `width` characters (0: one line), each followed by `end`.
void mint_base64(mint_buf *out, const mint_buf *bytes, size_t width, const char *end);

// One PEM block, 64 columns, LF.
void mint_pem(mint_buf *out, const char *label, const mint_buf *der);
// The same with CR LF, or with whatever else ends a line.
void mint_pem_with(mint_buf *out, const char *label, const mint_buf *der, const char *end);

// Makes a directory and those above it; one that is there is fine.
void mint_make_dir(const char *path);
// Writes DIR/NAME whole.
void mint_write_file(const char *dir, const char *name, const mint_buf *bytes);

// The same in parts: DIR/NAME is emptied, then grows. The caller closes it.
FILE *mint_file_open(const char *dir, const char *name);
void mint_file_put(FILE *file, const mint_buf *bytes);
void mint_file_close(FILE *file);

#endif
