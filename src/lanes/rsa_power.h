// SPDX-License-Identifier: Apache-2.0
// The arithmetic below rsa_lanes.c: eight numbers at a time, as digits of 52 bits, and their powers
// modulo eight moduli.
#ifndef TV_LANES_RSA_POWER_H
#define TV_LANES_RSA_POWER_H

#include "lanes/rsa_lanes.h"

#include <stdalign.h>

enum {
    TV_RSA_DIGIT_BITS = 52,
    TV_RSA_DIGITS_MAX = 80, // of a number, and a multiple of four, like every number of digits
};

// A digit of every lane.
typedef uint64_t tv_rsa_digits[TV_RSA_LANES];

// With R = 2 ^ (52 num_digits): every modulus is odd and below R / 4, all else below its modulus.
// Digits are below 2 ^ 52, the least significant first.
typedef struct tv_rsa_operands {
    alignas(64) tv_rsa_digits modulus[TV_RSA_DIGITS_MAX];
    alignas(64) tv_rsa_digits radix_squared[TV_RSA_DIGITS_MAX]; // R ^ 2 modulo the modulus
    alignas(64) tv_rsa_digits value[TV_RSA_DIGITS_MAX];         // in and out
    alignas(64) tv_rsa_digits inverse;                          // -1 / modulus, modulo 2 ^ 52
    size_t num_digits;
} tv_rsa_operands;

#if defined(__x86_64__)
// The machine has AVX-512 IFMA.

// value := value ^ (2 ^ squarings + 1) modulo the modulus
void tv_rsa_power_ifma(tv_rsa_operands *operands, unsigned squarings);

// As many times: value := value ^ 2 / R modulo the modulus. Looks at no `radix_squared`.
void tv_rsa_square_ifma(tv_rsa_operands *operands, unsigned times);
#endif

#endif
