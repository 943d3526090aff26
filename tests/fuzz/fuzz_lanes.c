// SPDX-License-Identifier: Apache-2.0
// Any odd modulus and any signature in each of eight lanes: the powers are those that BN_mod_exp
// finds, and what a key admits is what is below its modulus. Without lanes there is nothing to do.
//
// Input: size (0 to 2) and exponent (bit 7) in one byte, the number of lanes in the next, then a
// modulus and a signature for each lane; the bytes are taken again from the start when they run
// out.
#include "lanes/rsa_lanes.h"

#include <openssl/bn.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_LEN = 2, MOST_BYTES = TV_RSA_LANES_BYTES_MAX };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct source {
    tv_span bytes;
    size_t at;
} source;

static void take(source *from, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        out[i] = from->bytes.ptr[from->at];
        from->at = (from->at + 1) % from->bytes.len;
    }
}

static void hold_against_bn(const uint8_t *modulus, const uint8_t *signature, const uint8_t *power,
                            size_t len, uint64_t exponent)
{
    static BN_CTX *numbers;
    if (numbers == NULL && (numbers = BN_CTX_new()) == NULL) {
        abort();
    }
    BIGNUM *n = BN_bin2bn(modulus, (int)len, NULL);
    BIGNUM *s = BN_bin2bn(signature, (int)len, NULL);
    BIGNUM *e = BN_new();
    uint8_t expected[MOST_BYTES];
    if (n == NULL || s == NULL || e == NULL || BN_set_word(e, exponent) != 1 ||
        BN_mod_exp(s, s, e, n, numbers) != 1 || BN_bn2binpad(s, expected, (int)len) != (int)len) {
        abort();
    }
    assert(memcmp(power, expected, len) == 0);
    BN_free(n);
    BN_free(s);
    BN_free(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size <= HEADER_LEN || !tv_rsa_lanes_used()) {
        return 0;
    }
    static const size_t sizes[] = {256, 384, 512};
    size_t len = sizes[(data[0] & 0x7f) % 3];
    uint64_t exponent = (data[0] & 0x80) != 0 ? 3 : 65537;
    size_t num = 1 + data[1] % TV_RSA_LANES;
    source from = {{data + HEADER_LEN, size - HEADER_LEN}, 0};
    uint8_t moduli[TV_RSA_LANES][MOST_BYTES];
    uint8_t signatures[TV_RSA_LANES][MOST_BYTES];
    uint8_t powers[TV_RSA_LANES][MOST_BYTES];
    tv_rsa_lane_key *keys[TV_RSA_LANES];
    tv_rsa_lane lanes[TV_RSA_LANES] = {{NULL, NULL}};
    for (size_t i = 0; i < num; i++) {
        take(&from, moduli[i], len);
        take(&from, signatures[i], len);
        moduli[i][0] |= 0x80;
        moduli[i][len - 1] |= 0x01;
        if (tv_rsa_lane_key_new(&keys[i], (tv_span){moduli[i], len}, exponent) != TV_OK) {
            abort();
        }
        assert(keys[i] != NULL);
        bool is_below = memcmp(signatures[i], moduli[i], len) < 0;
        assert(tv_rsa_lane_admits(keys[i], (tv_span){signatures[i], len}) == is_below);
        signatures[i][0] &= is_below ? 0xff : 0x7f;
        lanes[i] = (tv_rsa_lane){keys[i], signatures[i]};
    }
    tv_rsa_lanes_raise(powers, lanes, num);
    for (size_t i = 0; i < num; i++) {
        hold_against_bn(moduli[i], signatures[i], powers[i], len, exponent);
        tv_rsa_lane_key_free(keys[i]);
    }
    return 0;
}
