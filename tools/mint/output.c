// SPDX-License-Identifier: Apache-2.0
// Bytes go in, PEM text or a file comes out. What cannot be written ends the program.
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_PATH 4096

void mint_base64(mint_buf *out, const mint_buf *bytes, size_t width, const char *end)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t column = 0;
    for (size_t i = 0; i < bytes->len; i += 3) {
        size_t part = bytes->len - i < 3 ? bytes->len - i : 3;
        uint32_t group = (uint32_t)bytes->ptr[i] << 16;
        group |= part > 1 ? (uint32_t)bytes->ptr[i + 1] << 8 : 0;
        group |= part > 2 ? bytes->ptr[i + 2] : 0;
        char text[4] = {alphabet[group >> 18], alphabet[group >> 12 & 63], '=', '='};
        if (part > 1) {
            text[2] = alphabet[group >> 6 & 63];
        }
        if (part > 2) {
            text[3] = alphabet[group & 63];
        }
        mint_add(out, text, sizeof(text));
        column += sizeof(text);
        if (column == width) {
            mint_add_text(out, end);
            column = 0;
        }
    }
    if (column > 0) {
        mint_add_text(out, end);
    }
}

void mint_pem_with(mint_buf *out, const char *label, const mint_buf *der, const char *end)
{
    mint_add_format(out, "-----BEGIN %s-----%s", label, end);
    mint_base64(out, der, 64, end);
    mint_add_format(out, "-----END %s-----%s", label, end);
}

void mint_pem(mint_buf *out, const char *label, const mint_buf *der)
{
    mint_pem_with(out, label, der, "\n");
}

void mint_make_dir(const char *path)
{
    char part[MAX_PATH];
    size_t len = strlen(path);
    if (len >= sizeof(part)) {
        mint_die("%s: path too long", path);
    }
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0') {
            continue;
        }
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST) {
            mint_die("%s: %s", part, strerror(errno));
        }
    }
}

FILE *mint_file_open(const char *dir, const char *name)
{
    char path[MAX_PATH];
    int len = snprintf(path, sizeof(path), "%s/%s", dir, name);
    if (len < 0 || (size_t)len >= sizeof(path)) {
        mint_die("%s/%s: path too long", dir, name);
    }
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        mint_die("%s: %s", path, strerror(errno));
    }
    return file;
}

void mint_file_put(FILE *file, const mint_buf *bytes)
{
    if (bytes->len > 0 && fwrite(bytes->ptr, 1, bytes->len, file) != bytes->len) {
        mint_die("the output cannot be written: %s", strerror(errno));
    }
}

void mint_file_close(FILE *file)
{
    if (fclose(file) != 0) {
        mint_die("the output cannot be written: %s", strerror(errno));
    }
}

void mint_write_file(const char *dir, const char *name, const mint_buf *bytes)
{
    FILE *file = mint_file_open(dir, name);
    mint_file_put(file, bytes);
    mint_file_close(file);
}
