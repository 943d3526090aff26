// SPDX-License-Identifier: Apache-2.0
// Powers of eight lanes against BN_mod_exp, on operands that drive digits, columns and carries to
// their ends, and on random ones. Any odd number is a modulus: nothing here needs a factor of it.
// TV_LANES_ROUNDS sets how many batches of random operands there are for each size and exponent.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lanes/rsa_lanes.h"
#include "tv/cpu.h"

#include <openssl/bn.h>

#include <stdlib.h>
#include <string.h>

enum { LANES = TV_RSA_LANES, MOST_BYTES = TV_RSA_LANES_BYTES_MAX, ROUNDS = 100 };

static const size_t sizes[] = {256, 384, 512};
static const uint64_t exponents[] = {3, 65537};

static BN_CTX *numbers;
static uint64_t seed = 20250317;

static uint64_t draw(void)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return seed >> 31;
}

static int set_up(void **state)
{
    (void)state;
    numbers = BN_CTX_new();
    return numbers != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    BN_CTX_free(numbers);
    return 0;
}

// Skips a test on machines that have no lanes.
static void need_lanes(void)
{
    if (!tv_cpu_use(TV_CPU_IFMA)) {
        skip();
    }
    assert_true(tv_rsa_lanes_used());
}

static tv_rsa_lane_key *open_key(const uint8_t *modulus, size_t len, uint64_t exponent)
{
    tv_rsa_lane_key *key;
    assert_int_equal(tv_rsa_lane_key_new(&key, (tv_span){modulus, len}, exponent), TV_OK);
    return key;
}

// One lane and what it has to come to.
typedef struct operation {
    uint8_t modulus[MOST_BYTES];
    uint8_t signature[MOST_BYTES]; // below the modulus
    uint8_t power[MOST_BYTES];
} operation;

static void expect_power(operation *op, size_t len, uint64_t exponent)
{
    BN_CTX_start(numbers);
    BIGNUM *n = BN_CTX_get(numbers);
    BIGNUM *s = BN_CTX_get(numbers);
    BIGNUM *e = BN_CTX_get(numbers);
    assert_non_null(e);
    assert_non_null(BN_bin2bn(op->modulus, (int)len, n));
    assert_non_null(BN_bin2bn(op->signature, (int)len, s));
    assert_int_equal(BN_set_word(e, exponent), 1);
    assert_int_equal(BN_mod_exp(s, s, e, n, numbers), 1);
    assert_int_equal(BN_bn2binpad(s, op->power, (int)len), (int)len);
    BN_CTX_end(numbers);
}

static void check(const operation *ops, size_t num, size_t len, uint64_t exponent)
{
    tv_rsa_lane lanes[LANES] = {{NULL, NULL}};
    tv_rsa_lane_key *keys[LANES];
    for (size_t i = 0; i < num; i++) {
        keys[i] = open_key(ops[i].modulus, len, exponent);
        assert_non_null(keys[i]);
        assert_true(tv_rsa_lane_admits(keys[i], (tv_span){ops[i].signature, len}));
        lanes[i] = (tv_rsa_lane){keys[i], ops[i].signature};
    }
    uint8_t powers[LANES][MOST_BYTES];
    memset(powers, 0xee, sizeof(powers));
    tv_rsa_lanes_raise(powers, lanes, num);
    for (size_t i = 0; i < num; i++) {
        assert_memory_equal(powers[i], ops[i].power, len);
        tv_rsa_lane_key_free(keys[i]);
    }
    for (size_t i = num; i < LANES; i++) {
        assert_int_equal(powers[i][0], 0xee);
    }
}

// Bytes of a number; the shape is what it is made of: runs of ones and zeros as well as noise.
static void draw_number(uint8_t *out, size_t len)
{
    size_t shape = draw() % 4;
    for (size_t i = 0; i < len;) {
        size_t run = shape == 0 ? 1 : 1 + draw() % 40;
        uint8_t byte = (uint8_t)(shape < 2 ? draw() : draw() % 2 == 0 ? 0x00 : 0xff);
        for (; run > 0 && i < len; run--) {
            out[i++] = shape == 1 ? (uint8_t)draw() : byte;
        }
    }
    if (shape == 3) {
        out[draw() % len] ^= (uint8_t)(1 << draw() % 8);
    }
}

static void draw_modulus(uint8_t *out, size_t len)
{
    draw_number(out, len);
    out[0] |= 0x80;
    out[len - 1] |= 0x01;
}

static void draw_signature(operation *op, size_t len)
{
    draw_number(op->signature, len);
    if (memcmp(op->signature, op->modulus, len) >= 0) {
        op->signature[0] &= 0x7f; // the modulus has its first bit set
    }
}

// Moduli at the ends of the range of their size, and signatures at the ends of that of theirs. Each
// lane has a pair of its own.
static void test_extreme_operands(void **state)
{
    (void)state;
    need_lanes();
    enum { MODULI = 6, SIGNATURES = 8, OPERATIONS = MODULI * SIGNATURES };
    static operation ops[OPERATIONS];
    for (size_t at = 0; at < 6; at++) {
        size_t len = sizes[at / 2];
        memset(ops, 0, sizeof(ops));
        for (size_t i = 0; i < OPERATIONS; i++) {
            uint8_t *n = ops[i].modulus;
            uint8_t *s = ops[i].signature;
            size_t which = i / SIGNATURES;
            memset(n, which == 0 || which == 4 ? 0xff : 0x00, len);
            n[0] |= 0x80;
            n[len - 1] |= 0x01;
            if (which == 2) { // a first digit of ones, zeros below it
                memset(n, 0xff, 7);
            } else if (which == 3) { // zeros above a last digit of ones
                memset(n + len - 7, 0xff, 7);
            } else if (which == 4) {
                n[len / 2] = 0xfe;
            } else if (which == 5) {
                draw_modulus(n, len);
            }
            BIGNUM *number = BN_bin2bn(n, (int)len, NULL);
            switch (i % SIGNATURES) {
            case 0:
            case 1:
            case 2: // 0, 1, 2
                s[len - 1] = (uint8_t)(i % SIGNATURES);
                break;
            case 3:
            case 4: // n - 1, n - 2
                assert_int_equal(BN_sub_word(number, i % SIGNATURES - 2), 1);
                assert_int_equal(BN_bn2binpad(number, s, (int)len), (int)len);
                break;
            case 5: // (n - 1) / 2
                assert_int_equal(BN_rshift1(number, number), 1);
                assert_int_equal(BN_bn2binpad(number, s, (int)len), (int)len);
                break;
            case 6: // all ones below the first bit
                memset(s, 0xff, len);
                s[0] = which == 1 || which == 3 ? 0x00 : 0x7f;
                break;
            default:
                draw_signature(&ops[i], len);
            }
            BN_free(number);
            expect_power(&ops[i], len, exponents[at % 2]);
        }
        for (size_t i = 0; i < OPERATIONS; i += LANES) {
            check(ops + i, LANES, len, exponents[at % 2]);
        }
        operation mixed[LANES]; // moduli that have little in common
        for (size_t i = 0; i < OPERATIONS; i += LANES) {
            for (size_t lane = 0; lane < LANES; lane++) {
                mixed[lane] = ops[(i / LANES + lane * 7) % OPERATIONS];
            }
            check(mixed, LANES, len, exponents[at % 2]);
        }
    }
}

static void test_every_number_of_lanes(void **state)
{
    (void)state;
    need_lanes();
    for (size_t num = 1; num <= LANES; num++) {
        operation ops[LANES];
        for (size_t i = 0; i < num; i++) {
            draw_modulus(ops[i].modulus, 256);
            draw_signature(&ops[i], 256);
            expect_power(&ops[i], 256, 65537);
        }
        check(ops, num, 256, 65537);
    }
}

static void test_random_operands(void **state)
{
    (void)state;
    need_lanes();
    const char *text = getenv("TV_LANES_ROUNDS");
    uint64_t rounds = text != NULL ? strtoull(text, NULL, 10) : ROUNDS;
    operation ops[LANES];
    for (size_t at = 0; at < 6; at++) {
        size_t len = sizes[at / 2];
        for (uint64_t round = 0; round < rounds; round++) {
            for (size_t i = 0; i < LANES; i++) {
                if (round == 0 || draw() % 4 == 0) {
                    draw_modulus(ops[i].modulus, len);
                }
                draw_signature(&ops[i], len);
                expect_power(&ops[i], len, exponents[at % 2]);
            }
            check(ops, LANES, len, exponents[at % 2]);
        }
    }
    print_message("%llu powers\n", (unsigned long long)(rounds * LANES * 6));
}

static void test_which_keys_have_lanes(void **state)
{
    (void)state;
    need_lanes();
    static const struct {
        const char *name;
        size_t len;
        uint8_t first, last;
        uint64_t exponent;
        bool has_lanes;
    } cases[] = {
        {"2048 bits", 256, 0x80, 0x01, 65537, true},
        {"3072 bits", 384, 0xff, 0xff, 65537, true},
        {"4096 bits", 512, 0x80, 0x01, 65537, true},
        {"exponent 3", 256, 0x80, 0x01, 3, true},
        {"exponent 1", 256, 0x80, 0x01, 1, false},
        {"exponent 17", 256, 0x80, 0x01, 17, false},
        {"exponent of two words", 256, 0x80, 0x01, UINT64_MAX, false},
        {"even", 256, 0x80, 0x02, 65537, false},
        {"2047 bits", 256, 0x7f, 0x01, 65537, false},
        {"zeros in front", 256, 0x00, 0x01, 65537, false},
        {"2040 bits", 255, 0x80, 0x01, 65537, false},
        {"2056 bits", 257, 0x80, 0x01, 65537, false},
        {"1024 bits", 128, 0x80, 0x01, 65537, false},
        {"no bits", 0, 0x00, 0x00, 65537, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t modulus[MOST_BYTES] = {cases[i].first};
        modulus[cases[i].len > 0 ? cases[i].len - 1 : 0] |= cases[i].last;
        tv_rsa_lane_key *key = open_key(modulus, cases[i].len, cases[i].exponent);
        if ((key != NULL) != cases[i].has_lanes) {
            fail_msg("%s", cases[i].name);
        }
        tv_rsa_lane_key_free(key);
    }
}

static void test_which_keys_fit_together(void **state)
{
    (void)state;
    need_lanes();
    tv_rsa_lane_key *keys[6];
    for (size_t i = 0; i < 6; i++) {
        uint8_t modulus[MOST_BYTES];
        draw_modulus(modulus, sizes[i / 2]);
        keys[i] = open_key(modulus, sizes[i / 2], exponents[i % 2]);
    }
    for (size_t i = 0; i < 6 * 6; i++) {
        assert_int_equal(tv_rsa_lane_keys_fit(keys[i / 6], keys[i % 6]), i / 6 == i % 6);
    }
    for (size_t i = 0; i < 6; i++) {
        tv_rsa_lane_key_free(keys[i]);
    }
}

static void test_signatures_out_of_range(void **state)
{
    (void)state;
    need_lanes();
    for (size_t i = 0; i < 3; i++) {
        size_t len = sizes[i];
        uint8_t modulus[MOST_BYTES + 1];
        uint8_t signature[MOST_BYTES + 1] = {0};
        draw_modulus(modulus, len);
        modulus[len - 2] = 0x77;
        tv_rsa_lane_key *key = open_key(modulus, len, 65537);
        assert_non_null(key);
        memcpy(signature, modulus, len);
        assert_false(tv_rsa_lane_admits(key, (tv_span){signature, len})); // n
        signature[len - 1]--;
        assert_true(tv_rsa_lane_admits(key, (tv_span){signature, len})); // n - 1
        assert_false(tv_rsa_lane_admits(key, (tv_span){signature, len - 1}));
        assert_false(tv_rsa_lane_admits(key, (tv_span){signature, len + 1}));
        assert_false(tv_rsa_lane_admits(key, (tv_span){signature, 0}));
        signature[len - 2]++; // past n in the last byte but one
        assert_false(tv_rsa_lane_admits(key, (tv_span){signature, len}));
        memset(signature, 0xff, len);
        assert_int_equal(tv_rsa_lane_admits(key, (tv_span){signature, len}),
                         memcmp(signature, modulus, len) < 0);
        memset(signature, 0, len);
        assert_true(tv_rsa_lane_admits(key, (tv_span){signature, len}));
        tv_rsa_lane_key_free(key);
    }
}

static void test_lower_levels_have_no_lanes(void **state)
{
    (void)state;
    uint8_t modulus[256] = {0x80};
    modulus[255] = 1;
    assert_true(tv_cpu_use(TV_CPU_PORTABLE));
    assert_false(tv_rsa_lanes_used());
    assert_null(open_key(modulus, sizeof(modulus), 65537));
    if (tv_cpu_use(TV_CPU_AVX2)) {
        assert_false(tv_rsa_lanes_used());
        assert_null(open_key(modulus, sizeof(modulus), 65537));
    }
    assert_true(tv_cpu_use(tv_cpu_best()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_extreme_operands),
        cmocka_unit_test(test_every_number_of_lanes),
        cmocka_unit_test(test_random_operands),
        cmocka_unit_test(test_which_keys_have_lanes),
        cmocka_unit_test(test_which_keys_fit_together),
        cmocka_unit_test(test_signatures_out_of_range),
        cmocka_unit_test(test_lower_levels_have_no_lanes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
