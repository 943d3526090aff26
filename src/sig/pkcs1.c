// SPDX-License-Identifier: Apache-2.0
// In: a hash, and the length of a modulus. Out: the encoding of every digest under them, but for
// the digest itself.
#include "sig/pkcs1.h"

#include "tv/cert.h"

#include <string.h>

#define SHA_2_ARC "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02" // 2.16.840.1.101.3.4.2, but its end

// DigestInfo up to the digest (RFC 8017 9.2, note 1). Parameters are NULL: signatures without them
// are left to the slow way.
static const struct {
    uint8_t start[19];
    uint8_t start_len, digest_len; // 0: not one of these
} forms[TV_HASH_SHA512 + 1] = {
    [TV_HASH_SHA1] = {"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14", 15, 20},
    [TV_HASH_SHA224] = {"\x30\x2d\x30\x0d" SHA_2_ARC "\x04\x05\x00\x04\x1c", 19, 28},
    [TV_HASH_SHA256] = {"\x30\x31\x30\x0d" SHA_2_ARC "\x01\x05\x00\x04\x20", 19, 32},
    [TV_HASH_SHA384] = {"\x30\x41\x30\x0d" SHA_2_ARC "\x02\x05\x00\x04\x30", 19, 48},
    [TV_HASH_SHA512] = {"\x30\x51\x30\x0d" SHA_2_ARC "\x03\x05\x00\x04\x40", 19, 64},
};

size_t tv_pkcs1_digest_len(size_t hash)
{
    return hash <= TV_HASH_SHA512 ? forms[hash].digest_len : 0;
}

bool tv_pkcs1_frame(uint8_t *out, size_t len, uint8_t hash)
{
    enum { MARKS_LEN = 3, PADDING_MIN_LEN = 8 }; // 00 01 before the padding, 00 behind it
    size_t digest_len = tv_pkcs1_digest_len(hash);
    if (digest_len == 0) {
        return false;
    }
    size_t start_len = forms[hash].start_len;
    size_t tail_len = start_len + digest_len;
    if (len < tail_len + MARKS_LEN + PADDING_MIN_LEN) {
        return false;
    }
    memset(out, 0xff, len);
    out[0] = 0x00;
    out[1] = 0x01;
    uint8_t *tail = out + len - tail_len;
    tail[-1] = 0x00;
    memcpy(tail, forms[hash].start, start_len);
    memset(tail + start_len, 0, digest_len);
    return true;
}
