// SPDX-License-Identifier: Apache-2.0
// In: numbers of eight lanes, as digits of 52 bits. Out: their powers, by Montgomery's
// multiplication with AVX-512 IFMA, whose instructions multiply 52 bits by 52 in each of eight
// lanes and add the low or the high 52 bits of the product to 64. A vector holds one digit of every
// lane; lanes never meet.
//
// Why no carry is lost. Let d be the number of digits (40, 60 or 80) and R = 2^(52 d).
//
//   Factors. What goes into a multiplication has digits below 2^52: operands by contract, results
//   because they are masked. Of a quotient digit only the low half of a product is ever taken.
//   (The instructions would drop higher bits of a factor without a word.)
//   Columns. A column of a product sums up at most d low and d high halves of digit products, 2 d
//   2^52 in all; a squaring, which doubles what lies off the diagonal, comes to the same sum. The
//   reduction adds at most as much again, and a carry below 2^12: 4 d 2^52 + 2^12 < 2^61.
//   Values. A reduction takes t to (t + q n) / R, with q < R: below t / R + n. All factors are
//   below 2 n, and 4 n < R: t / R < 4 n^2 / R < n. So every result is below 2 n < R / 2, which is
//   what the next one counts on, and its last carry is 0.
//   The end. The last result is settled below n by at most one subtraction, since it is below 2 n.
//
// A debug build asserts the bounds of columns and of last carries where they arise.
//
// That a result can be trusted nevertheless does not hang on this alone: a signature counts as good
// only when every bit of its power is what it has to be, and a chance fault does not make that so.
#include "lanes/rsa_power.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <assert.h>

#define IFMA __attribute__((target("avx512f,avx512ifma")))
#define INLINE IFMA static inline __attribute__((always_inline))

typedef __m512i word; // 64 bits of every lane

enum { ROWS = 4, COLUMN_BITS = 61 };

typedef struct four {
    word x[ROWS]; // successive digits of a factor
} four;

// Digits of the other factor, that of the present column first and those of the columns below it.
typedef struct window {
    word y[ROWS + 1];
} window;

INLINE word zero(void)
{
    return _mm512_setzero_si512();
}

INLINE word plus(word a, word b)
{
    return _mm512_add_epi64(a, b);
}

// sum + the low, or high, 52 bits of a b
INLINE word plus_low(word sum, word a, word b)
{
    return _mm512_madd52lo_epu64(sum, a, b);
}

INLINE word plus_high(word sum, word a, word b)
{
    return _mm512_madd52hi_epu64(sum, a, b);
}

INLINE word carry_of(word a)
{
    return _mm512_srli_epi64(a, TV_RSA_DIGIT_BITS);
}

INLINE word digit_of(word a)
{
    return _mm512_and_si512(a, _mm512_set1_epi64((INT64_C(1) << TV_RSA_DIGIT_BITS) - 1));
}

// Whether no lane has a bit from `bits` on; for assertions alone.
__attribute__((unused)) INLINE bool is_below(word a, unsigned bits)
{
    word above = _mm512_srl_epi64(a, _mm_cvtsi32_si128((int)bits));
    return _mm512_test_epi64_mask(above, above) == 0;
}

INLINE four four_at(const word *digits)
{
    return (four){{digits[0], digits[1], digits[2], digits[3]}};
}

// What one column gets of four rows of a product: low halves of digits that meet in this column,
// high halves of those that meet in the one below.
INLINE word plus_column(word sum, const four *f, const window *w)
{
    word high = plus_high(zero(), f->x[0], w->y[1]);
    sum = plus_low(sum, f->x[0], w->y[0]);
    high = plus_high(high, f->x[1], w->y[2]);
    sum = plus_low(sum, f->x[1], w->y[1]);
    high = plus_high(high, f->x[2], w->y[3]);
    sum = plus_low(sum, f->x[2], w->y[2]);
    high = plus_high(high, f->x[3], w->y[4]);
    sum = plus_low(sum, f->x[3], w->y[3]);
    sum = plus(sum, high);
    assert(is_below(sum, COLUMN_BITS));
    return sum;
}

INLINE void slide(window *w, word next)
{
    *w = (window){{next, w->y[0], w->y[1], w->y[2], w->y[3]}};
}

// Adds the four rows to the columns from `from` up to `to`. Column c is the one in which the first
// of the four meets y[c]; the window holds the digits below `from` that count.
INLINE void add_columns(word *sums, const four *f, window *w, const word *y, size_t from, size_t to)
{
    for (size_t c = from; c < to; c++) {
        slide(w, y[c]);
        sums[c] = plus_column(sums[c], f, w);
    }
}

// Adds them to the four columns from `from` on, which no digit of the other factor reaches by
// itself.
INLINE void add_last_columns(word *sums, const four *f, window *w, size_t from)
{
    for (size_t c = from; c < from + ROWS; c++) {
        slide(w, zero());
        sums[c] = plus_column(sums[c], f, w);
    }
}

// The four digits q for which t + q n is divisible by 2^(4 * 52). Column 4 gets the carry; what q
// adds to it and to those above is still to be added.
INLINE four quotient(word *t, const word *n, word inverse)
{
    four q;
    q.x[0] = plus_low(zero(), t[0], inverse);
    word t1 = plus(plus_low(t[1], n[1], q.x[0]), plus_high(zero(), n[0], q.x[0]));
    word t2 = plus_high(plus_low(t[2], n[2], q.x[0]), n[1], q.x[0]);
    word t3 = plus_high(plus_low(t[3], n[3], q.x[0]), n[2], q.x[0]);
    t1 = plus(t1, carry_of(plus_low(t[0], n[0], q.x[0])));

    q.x[1] = plus_low(zero(), t1, inverse);
    t2 = plus(plus_low(t2, n[1], q.x[1]), plus_high(zero(), n[0], q.x[1]));
    t3 = plus_high(plus_low(t3, n[2], q.x[1]), n[1], q.x[1]);
    t2 = plus(t2, carry_of(plus_low(t1, n[0], q.x[1])));

    q.x[2] = plus_low(zero(), t2, inverse);
    t3 = plus(plus_low(t3, n[1], q.x[2]), plus_high(zero(), n[0], q.x[2]));
    t3 = plus(t3, carry_of(plus_low(t2, n[0], q.x[2])));

    q.x[3] = plus_low(zero(), t3, inverse);
    t3 = plus_low(t3, n[0], q.x[3]);
    assert(is_below(t[0], COLUMN_BITS) && is_below(t1, COLUMN_BITS));
    assert(is_below(t2, COLUMN_BITS) && is_below(t3, COLUMN_BITS));
    t[4] = plus(t[4], carry_of(t3));
    return q;
}

// out := t / R modulo n, below 2 n. The digits of the next quotient hang on one another: they are
// asked for as soon as their columns are complete, so that the rest of the columns fills the gaps.
INLINE void reduce(word *out, word *t, const word *n, word inverse, size_t num_digits)
{
    four q = quotient(t, n, inverse);
    for (size_t i = 0; i < num_digits; i += ROWS) {
        word *at = t + i;
        window w = {{n[3], n[2], n[1], n[0], zero()}};
        add_columns(at, &q, &w, n, ROWS, 2 * (size_t)ROWS);
        four next = i + ROWS < num_digits ? quotient(at + ROWS, n, inverse) : q;
        add_columns(at, &q, &w, n, 2 * (size_t)ROWS, num_digits);
        add_last_columns(at, &q, &w, num_digits);
        q = next;
    }
    word carry = zero();
    for (size_t i = 0; i < num_digits; i++) {
        word sum = plus(t[num_digits + i], carry);
        out[i] = digit_of(sum);
        carry = carry_of(sum);
    }
    assert(is_below(carry, 0));
}

INLINE void clear(word *t, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        t[i] = zero();
    }
}

// out := a b / R modulo n
IFMA static void multiply(word *out, const word *a, const word *b, const word *n, word inverse,
                          size_t num_digits)
{
    word t[2 * TV_RSA_DIGITS_MAX];
    clear(t, 2 * num_digits);
    for (size_t i = 0; i < num_digits; i += ROWS) {
        four f = four_at(a + i);
        window w = {{zero(), zero(), zero(), zero(), zero()}};
        add_columns(t + i, &f, &w, b, 0, num_digits);
        add_last_columns(t + i, &f, &w, num_digits);
    }
    reduce(out, t, n, inverse, num_digits);
}

// The products of four successive digits with one another, those off the diagonal.
INLINE void add_triangle(word *t, const word *a)
{
    t[1] = plus_low(t[1], a[0], a[1]);
    t[2] = plus_low(plus_high(t[2], a[0], a[1]), a[0], a[2]);
    t[3] = plus_low(plus_low(plus_high(t[3], a[0], a[2]), a[0], a[3]), a[1], a[2]);
    t[4] = plus_low(plus_high(plus_high(t[4], a[0], a[3]), a[1], a[2]), a[1], a[3]);
    t[5] = plus_low(plus_high(t[5], a[1], a[3]), a[2], a[3]);
    t[6] = plus_high(t[6], a[2], a[3]);
}

// out := a^2 / R modulo n. What lies off the diagonal is computed once and doubled.
IFMA static void square(word *out, const word *a, const word *n, word inverse, size_t num_digits)
{
    word t[2 * TV_RSA_DIGITS_MAX];
    clear(t, 2 * num_digits);
    for (size_t i = 0; i < num_digits; i += ROWS) {
        add_triangle(t + 2 * i, a + i);
        if (i + ROWS < num_digits) {
            four f = four_at(a + i);
            window w = {{zero(), zero(), zero(), zero(), zero()}};
            add_columns(t + i, &f, &w, a, i + ROWS, num_digits);
            add_last_columns(t + i, &f, &w, num_digits);
        }
    }
    for (size_t i = 0; i < num_digits; i++) {
        t[2 * i] = plus_low(plus(t[2 * i], t[2 * i]), a[i], a[i]);
        t[2 * i + 1] = plus_high(plus(t[2 * i + 1], t[2 * i + 1]), a[i], a[i]);
        assert(is_below(t[2 * i], COLUMN_BITS - 1) && is_below(t[2 * i + 1], COLUMN_BITS - 1));
    }
    reduce(out, t, n, inverse, num_digits);
}

// a := a - n in the lanes in which it is not below n. a is below 2 n.
INLINE void settle(word *a, const word *n, size_t num_digits)
{
    word difference[TV_RSA_DIGITS_MAX];
    word borrow = zero(); // 0 or -1
    for (size_t i = 0; i < num_digits; i++) {
        word sum = plus(_mm512_sub_epi64(a[i], n[i]), borrow);
        difference[i] = digit_of(sum);
        borrow = _mm512_srai_epi64(sum, TV_RSA_DIGIT_BITS);
    }
    __mmask8 is_larger = _mm512_testn_epi64_mask(borrow, borrow);
    for (size_t i = 0; i < num_digits; i++) {
        a[i] = _mm512_mask_mov_epi64(a[i], is_larger, difference[i]);
    }
}

IFMA void tv_rsa_power_ifma(tv_rsa_operands *operands, unsigned squarings)
{
    size_t num_digits = operands->num_digits;
    word *value = (word *)operands->value;
    const word *n = (const word *)operands->modulus;
    word inverse = *(const word *)operands->inverse;
    word power[TV_RSA_DIGITS_MAX]; // times R, until the last product takes that away
    multiply(power, value, (const word *)operands->radix_squared, n, inverse, num_digits);
    for (unsigned i = 0; i < squarings; i++) {
        square(power, power, n, inverse, num_digits);
    }
    multiply(value, power, value, n, inverse, num_digits);
    settle(value, n, num_digits);
}

IFMA void tv_rsa_square_ifma(tv_rsa_operands *operands, unsigned times)
{
    word *value = (word *)operands->value;
    const word *n = (const word *)operands->modulus;
    for (unsigned i = 0; i < times; i++) {
        square(value, value, n, *(const word *)operands->inverse, operands->num_digits);
    }
    settle(value, n, operands->num_digits);
}

#endif
