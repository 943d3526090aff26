// SPDX-License-Identifier: Apache-2.0
// In: moduli and signatures as big-endian bytes. Out: powers as such. Digits, and what Montgomery's
// multiplication needs of a modulus, are made here, once for each key; the multiplication itself is
// rsa_power_ifma.c's.
#include "lanes/rsa_power.h"

#include "tv/cpu.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)

static const uint64_t digit_mask = (UINT64_C(1) << TV_RSA_DIGIT_BITS) - 1;

struct tv_rsa_lane_key {
    uint64_t modulus[TV_RSA_DIGITS_MAX];
    uint64_t radix_squared[TV_RSA_DIGITS_MAX];
    uint64_t inverse;
    uint8_t bytes[TV_RSA_LANES_BYTES_MAX]; // the modulus again
    size_t len;                            // of `bytes`
    size_t num_digits;
    unsigned squarings; // the exponent is 2 ^ squarings + 1
};

bool tv_rsa_lanes_used(void)
{
    return tv_cpu_used() >= TV_CPU_IFMA;
}

// 0 for a length that there are no lanes for. At least two bits of room are left above a modulus.
static size_t num_digits_of(size_t len)
{
    switch (len) {
    case 2048 / 8:
        return 40; // 2080 bits
    case 3072 / 8:
        return 60; // 3120
    case 4096 / 8:
        return 80; // 4160
    default:
        return 0;
    }
}

static unsigned squarings_of(uint64_t exponent)
{
    return exponent == 65537 ? 16 : exponent == 3 ? 1 : 0;
}

static uint64_t read_64(const uint8_t *b)
{
    return (uint64_t)b[0] << 56 | (uint64_t)b[1] << 48 | (uint64_t)b[2] << 40 |
           (uint64_t)b[3] << 32 | (uint64_t)b[4] << 24 | (uint64_t)b[5] << 16 |
           (uint64_t)b[6] << 8 | b[7];
}

static void write_64(uint8_t *b, uint64_t value)
{
    for (size_t i = 0; i < sizeof(value); i++) {
        b[i] = (uint8_t)(value >> (56 - 8 * i));
    }
}

// Sets a digit in every `step` words, from the number that `len` bytes stand for.
static void read_digits(uint64_t *digits, size_t step, size_t num_digits, const uint8_t *bytes,
                        size_t len)
{
    enum { PADDED_LEN = TV_RSA_DIGITS_MAX * TV_RSA_DIGIT_BITS / 8 + sizeof(uint64_t) };
    uint8_t padded[PADDED_LEN];
    memset(padded, 0, sizeof(padded) - len);
    memcpy(padded + sizeof(padded) - len, bytes, len);
    const uint8_t *last = padded + sizeof(padded) - sizeof(uint64_t);
    for (size_t i = 0; i < num_digits; i++) {
        size_t bit = i * TV_RSA_DIGIT_BITS;
        digits[i * step] = (read_64(last - bit / 8) >> (bit % 8)) & digit_mask;
    }
}

// The other way round. Two digits are 13 bytes.
static void write_digits(uint8_t *bytes, size_t len, const uint64_t *digits, size_t step,
                         size_t num_digits)
{
    enum { PAIR_LEN = 2 * TV_RSA_DIGIT_BITS / 8 };
    uint8_t padded[TV_RSA_DIGITS_MAX / 2 * PAIR_LEN];
    uint8_t *end = padded + sizeof(padded);
    for (size_t i = 0; i < num_digits; i += 2) {
        uint64_t low = digits[i * step];
        uint64_t high = digits[(i + 1) * step];
        end -= PAIR_LEN;
        write_64(end, low >> 40 | high << 12);
        write_64(end + PAIR_LEN - sizeof(uint64_t), low | high << 52);
    }
    memcpy(bytes, padded + sizeof(padded) - len, len);
}

// -1 / n modulo 2 ^ 52. An odd number is its own inverse modulo 8, and each step doubles the bits
// that are right: 3, 6, 12, 24, 48, 96.
static uint64_t negative_inverse(uint64_t n)
{
    uint64_t inverse = n;
    for (unsigned i = 0; i < 5; i++) {
        inverse *= 2 - n * inverse;
    }
    return (0 - inverse) & digit_mask;
}

// number := 2 number modulo n; number is below n.
static void double_once(uint64_t *number, const uint64_t *n, size_t num_digits)
{
    uint64_t difference[TV_RSA_DIGITS_MAX];
    uint64_t carry = 0;
    uint64_t borrow = 0;
    for (size_t i = 0; i < num_digits; i++) {
        uint64_t twice = 2 * number[i] + carry;
        number[i] = twice & digit_mask;
        carry = twice >> TV_RSA_DIGIT_BITS;
        uint64_t left = number[i] - n[i] - borrow;
        difference[i] = left & digit_mask;
        borrow = left >> 63;
    }
    assert(carry == 0);
    if (borrow == 0) {
        memcpy(number, difference, num_digits * sizeof(*number));
    }
}

static void fill_lane(tv_rsa_operands *operands, size_t lane, const tv_rsa_lane_key *key)
{
    for (size_t i = 0; i < key->num_digits; i++) {
        operands->modulus[i][lane] = key->modulus[i];
        operands->radix_squared[i][lane] = key->radix_squared[i];
    }
    operands->inverse[lane] = key->inverse;
}

// R ^ 2. With 52 num_digits = k 2 ^ s, the square of R 2 ^ k, over R, is R 2 ^ (2 k), and s times
// that gives R R. A power of two below the modulus is doubled until it is R 2 ^ k.
static void find_radix_squared(tv_rsa_lane_key *key)
{
    size_t radix_bits = key->num_digits * TV_RSA_DIGIT_BITS;
    size_t bits = radix_bits;
    unsigned times = 0;
    for (; bits % 2 == 0; bits /= 2) {
        times++;
    }
    uint64_t *number = key->radix_squared;
    size_t top = 8 * key->len - 1; // of the modulus, which is odd: not a power of two
    number[top / TV_RSA_DIGIT_BITS] = UINT64_C(1) << (top % TV_RSA_DIGIT_BITS);
    for (size_t i = top; i < radix_bits + bits; i++) {
        double_once(number, key->modulus, key->num_digits);
    }
    tv_rsa_operands operands;
    operands.num_digits = key->num_digits;
    for (size_t lane = 0; lane < TV_RSA_LANES; lane++) {
        fill_lane(&operands, lane, key);
    }
    memcpy(operands.value, operands.radix_squared, sizeof(operands.value));
    tv_rsa_square_ifma(&operands, times);
    for (size_t i = 0; i < key->num_digits; i++) {
        number[i] = operands.value[i][0];
    }
}

tv_status tv_rsa_lane_key_new(tv_rsa_lane_key **out, tv_span modulus, uint64_t exponent)
{
    *out = NULL;
    size_t num_digits = num_digits_of(modulus.len);
    unsigned squarings = squarings_of(exponent);
    if (!tv_rsa_lanes_used() || num_digits == 0 || squarings == 0 || modulus.ptr[0] < 0x80 ||
        modulus.ptr[modulus.len - 1] % 2 == 0) {
        return TV_OK;
    }
    tv_rsa_lane_key *key = calloc(1, sizeof(*key));
    if (key == NULL) {
        return TV_ERR_NOMEM;
    }
    key->len = modulus.len;
    key->num_digits = num_digits;
    key->squarings = squarings;
    memcpy(key->bytes, modulus.ptr, modulus.len);
    read_digits(key->modulus, 1, num_digits, modulus.ptr, modulus.len);
    key->inverse = negative_inverse(key->modulus[0]);
    find_radix_squared(key);
    *out = key;
    return TV_OK;
}

void tv_rsa_lane_key_free(tv_rsa_lane_key *key)
{
    free(key);
}

bool tv_rsa_lane_keys_fit(const tv_rsa_lane_key *a, const tv_rsa_lane_key *b)
{
    return a->len == b->len && a->squarings == b->squarings;
}

bool tv_rsa_lane_admits(const tv_rsa_lane_key *key, tv_span signature)
{
    return signature.len == key->len && memcmp(signature.ptr, key->bytes, key->len) < 0;
}

void tv_rsa_lanes_raise(uint8_t powers[][TV_RSA_LANES_BYTES_MAX], const tv_rsa_lane *lanes,
                        size_t num)
{
    assert(num > 0 && num <= TV_RSA_LANES);
    const tv_rsa_lane_key *first = lanes[0].key;
    tv_rsa_operands operands;
    operands.num_digits = first->num_digits;
    for (size_t i = 0; i < TV_RSA_LANES; i++) {
        const tv_rsa_lane *lane = i < num ? &lanes[i] : &lanes[0]; // what is left is a copy
        assert(tv_rsa_lane_keys_fit(lane->key, first));
        fill_lane(&operands, i, lane->key);
        read_digits(&operands.value[0][i], TV_RSA_LANES, first->num_digits, lane->signature,
                    first->len);
    }
    tv_rsa_power_ifma(&operands, first->squarings);
    for (size_t i = 0; i < num; i++) {
        write_digits(powers[i], first->len, &operands.value[0][i], TV_RSA_LANES, first->num_digits);
    }
}

#else

bool tv_rsa_lanes_used(void)
{
    return false;
}

tv_status tv_rsa_lane_key_new(tv_rsa_lane_key **out, tv_span modulus, uint64_t exponent)
{
    (void)modulus;
    (void)exponent;
    *out = NULL;
    return TV_OK;
}

// No key ever comes to be, so that nothing is left to do for one.
void tv_rsa_lane_key_free(tv_rsa_lane_key *key)
{
    assert(key == NULL);
    (void)key;
}

bool tv_rsa_lane_keys_fit(const tv_rsa_lane_key *a, const tv_rsa_lane_key *b)
{
    return a == b;
}

bool tv_rsa_lane_admits(const tv_rsa_lane_key *key, tv_span signature)
{
    (void)key;
    (void)signature;
    return false;
}

void tv_rsa_lanes_raise(uint8_t powers[][TV_RSA_LANES_BYTES_MAX], const tv_rsa_lane *lanes,
                        size_t num)
{
    assert(false);
    (void)powers;
    (void)lanes;
    (void)num;
}

#endif
