// SPDX-License-Identifier: Apache-2.0
// In: files named on the command line. Out: one call of the fuzz target per file, and one with no
// bytes. Stands in for libFuzzer's main, so that every seed is also a test in a build without it.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// The whole file in memory of its exact size, so that a read past the end is seen. NULL when it
// cannot be had; an empty file gives one byte that is not part of it.
static uint8_t *read_file(const char *path, size_t *out_len)
{
    uint8_t *bytes = NULL;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    if (fseek(file, 0, SEEK_END) == 0) {
        long len = ftell(file);
        if (len >= 0 && fseek(file, 0, SEEK_SET) == 0) {
            bytes = malloc(len > 0 ? (size_t)len : 1);
            *out_len = (size_t)len;
        }
    }
    if (bytes != NULL && fread(bytes, 1, *out_len, file) != *out_len) {
        free(bytes);
        bytes = NULL;
    }
    fclose(file);
    return bytes;
}

int main(int argc, char **argv)
{
    static const uint8_t nothing[1];
    (void)LLVMFuzzerTestOneInput(nothing, 0);
    for (int i = 1; i < argc; i++) {
        size_t len = 0;
        uint8_t *bytes = read_file(argv[i], &len);
        if (bytes == NULL) {
            fprintf(stderr, "%s cannot be read\n", argv[i]);
            return 1;
        }
        (void)LLVMFuzzerTestOneInput(bytes, len);
        free(bytes);
    }
    return 0;
}
