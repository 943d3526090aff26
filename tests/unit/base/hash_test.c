// SPDX-License-Identifier: Apache-2.0
// XXH3: published values of the algorithm, equality with xxHash itself for every seed, length and
// set of instructions, and a random seed that is random.
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "base/hash.h"
#include "base/span.h"
#include "tv/cpu.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

static tv_hash128 hash_128(tv_span bytes, uint64_t seed)
{
    tv_hasher hasher;
    tv_hasher_open(&hasher, seed);
    return tv_hasher_128(&hasher, bytes);
}

static void test_values_of_xxh3(void **state)
{
    (void)state;
    assert_true(tv_hash_64(TV_LIT(""), 0) == UINT64_C(0x2d06800538d394c2));
    assert_true(tv_hash_64((tv_span){NULL, 0}, 0) == UINT64_C(0x2d06800538d394c2));
    tv_hash128 empty = hash_128(TV_LIT(""), 0);
    assert_true(empty.low == UINT64_C(0x6001c324468d497f));
    assert_true(empty.high == UINT64_C(0x99aa06d3014798d8));
}

static void test_seed_and_bytes_change_the_hash(void **state)
{
    (void)state;
    uint8_t bytes[600];
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(i * 31);
    }
    static const size_t lens[] = {1, 3, 8, 16, 17, 128, 129, 240, 241, 600};
    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        tv_span span = {bytes, lens[i]};
        tv_hash128 before = hash_128(span, 1);
        uint64_t before_64 = tv_hash_64(span, 1);
        tv_hash128 again = hash_128(span, 1);
        assert_true(before.low == again.low && before.high == again.high);
        assert_true(hash_128(span, 2).low != before.low);
        assert_true(tv_hash_64(span, 2) != before_64);
        bytes[lens[i] - 1] ^= 1;
        assert_true(hash_128(span, 1).low != before.low);
        assert_true(hash_128(span, 1).high != before.high);
        assert_true(tv_hash_64(span, 1) != before_64);
        bytes[lens[i] - 1] ^= 1;
    }
}

// Over the lengths at which XXH3 changes its ways, and over all places within a word.
static void compare_hasher(void)
{
    static uint8_t bytes[3000];
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(i * i >> 3);
    }
    static const uint64_t seeds[] = {0, 1, UINT64_C(0x8000000000000000), UINT64_MAX};
    for (size_t s = 0; s < sizeof(seeds) / sizeof(seeds[0]); s++) {
        tv_hasher hasher;
        tv_hasher_open(&hasher, seeds[s]);
        for (size_t len = 0; len + 8 < sizeof(bytes); len += len < 300 ? 1 : 61) {
            tv_span span = {bytes + len % 8, len};
            XXH128_hash_t one = XXH3_128bits_withSeed(span.ptr, span.len, seeds[s]);
            tv_hash128 other = tv_hasher_128(&hasher, span);
            assert_true(one.low64 == other.low && one.high64 == other.high);
        }
    }
}

static void test_a_hasher_gives_the_values_of_xxhash(void **state)
{
    (void)state;
    for (int level = TV_CPU_PORTABLE; level <= (int)tv_cpu_best(); level++) {
        assert_true(tv_cpu_use((tv_cpu_level)level));
        compare_hasher();
    }
}

static void test_random_seeds_differ(void **state)
{
    (void)state;
    uint64_t seeds[16];
    for (size_t i = 0; i < 16; i++) {
        seeds[i] = tv_hash_random_seed();
        for (size_t j = 0; j < i; j++) {
            assert_true(seeds[i] != seeds[j]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_of_xxh3),
        cmocka_unit_test(test_seed_and_bytes_change_the_hash),
        cmocka_unit_test(test_a_hasher_gives_the_values_of_xxhash),
        cmocka_unit_test(test_random_seeds_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
