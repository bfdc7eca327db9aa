// Random numbers that depend on nothing but where they are drawn: counter (block, step, trial, row), key (seed, stream).
// The generator is that of philox.h. random_numbers.py has the same in NumPy.
#ifndef SPIKINGFA_RANDOM
#define SPIKINGFA_RANDOM

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "bits.h"
#include "lookup.h"
#include "philox.h"

namespace spikingfa {

// A block has 64 numbers: word k of its counter l is number 16k + l, so that a compiler can vectorise over l.
const int LANES = 16, WORDS = 4, BLOCK = WORDS*LANES;
const float UNIT = 1.0f/16777216; // 2^-24

// The step of a trial of a run.
struct Moment
{
    uint32_t seed, step, trial;
    Moment(const int32_t seed, const int64_t timestep, const int32_t steps_per_trial)
        : seed(seed), step(timestep % steps_per_trial), trial(trials()[3*(timestep/steps_per_trial) + 2])
    {
    }
};

inline void draw_block(uint32_t words[WORDS][LANES], const Moment& moment, const uint32_t stream, const uint32_t block,
                       const uint32_t row)
{
    philox(words, LANES*block, moment.step, moment.trial, row, moment.seed, stream);
}

// Of a number in (0, 1], which is m 2^e with sqrt(1/2) <= m < sqrt(2): a polynomial of degree 7 in m - 1.
inline float minus_log(const float u)
{
    const uint32_t sqrt_half = 0x3F3504F3, bits = as_bits(u) - sqrt_half;
    const float e = (int32_t)bits >> 23;
    const float f = as_float((bits & 0x7FFFFF) + sqrt_half) - 1.0f;
    float p = 0.119310544f;
    p = p*f - 0.186807514f;
    p = p*f + 0.204917596f;
    p = p*f - 0.249082892f;
    p = p*f + 0.333146738f;
    p = p*f - 0.50001145f;
    p = p*f + 1.00000096f;
    return -(p*f + e*0.693147181f);
}

// In [0, 1), in steps of 2^-24.
inline float as_uniform(const uint32_t word)
{
    return (int32_t)(word >> 8)*UNIT;
}

// In (0, 1), in the middles of steps of 1/256: the byte and half a step after the point of a float in (1, 2).
inline float as_uniform8(const uint32_t word)
{
    return as_float(0x3F804000 | (word & 255) << 15) - 1.0f;
}

// Two words become the bits of two normal numbers (Box & Muller 1958), up to 5.8 SD. The angle is drawn in the quarter
// turn around 0, where polynomials are short, turned by an eighth, and two bits of the word that are left are signs.
inline void make_normal(uint32_t& word_0, uint32_t& word_1)
{
    const float radius = std::sqrt(minus_log(((int32_t)(word_0 >> 8) + 1)*UNIT));
    const float x = ((int32_t)(word_1 >> 8) - 0x7FFFFF)*UNIT - 0.5f*UNIT; // in quarter turns
    const float z = x*x;
    const float sine = (((-0.0046021631f*z + 0.0796802229f)*z - 0.645963478f)*z + 1.57079632f)*x;
    const float cosine = ((-0.0204082555f*z + 0.253598608f)*z - 1.23369701f)*z + 0.999999972f;
    word_0 = as_bits(radius*(cosine - sine)) ^ (word_1 << 31);
    word_1 = as_bits(radius*(cosine + sine)) ^ ((word_1 & 2) << 30);
}

// Each of these draws n numbers, and has room for whole blocks.
inline void fill_rand(float* numbers, const size_t n, const Moment& moment, const uint32_t stream, const uint32_t row = 0)
{
    for (size_t start = 0; start < n; start += BLOCK) {
        alignas(64) uint32_t words[WORDS][LANES];
        draw_block(words, moment, stream, start/BLOCK, row);
        for (int k = 0; k < WORDS; k++)
            for (int l = 0; l < LANES; l++)
                numbers[start + LANES*k + l] = as_uniform(words[k][l]);
    }
}

inline void fill_randn(float* numbers, const size_t n, const Moment& moment, const uint32_t stream, const uint32_t row = 0)
{
    for (size_t start = 0; start < n; start += BLOCK) {
        alignas(64) uint32_t words[WORDS][LANES];
        draw_block(words, moment, stream, start/BLOCK, row);
        for (int l = 0; l < LANES; l++) {
            make_normal(words[0][l], words[1][l]);
            make_normal(words[2][l], words[3][l]);
        }
        std::memcpy(numbers + start, words, sizeof words);
    }
}

// Bytes of words, of which `as_uniform8` makes numbers where they are read: a block has four times as many.
inline void fill_rand8(uint8_t* numbers, const size_t n, const Moment& moment, const uint32_t stream, const uint32_t row = 0)
{
    for (size_t start = 0; start < n; start += 4*BLOCK) {
        alignas(64) uint32_t words[WORDS][LANES];
        draw_block(words, moment, stream, start/(4*BLOCK), row);
        std::memcpy(numbers + start, words, sizeof words);
    }
}

// One number by itself.
inline float rand_at(const Moment& moment, const uint32_t stream, const uint32_t i, const uint32_t row)
{
    alignas(64) uint32_t words[WORDS][LANES];
    draw_block(words, moment, stream, i/BLOCK, row);
    return as_uniform(words[i % BLOCK / LANES][i % LANES]);
}

inline float rand8_at(const Moment& moment, const uint32_t stream, const uint32_t i, const uint32_t row)
{
    alignas(64) uint32_t words[WORDS][LANES];
    draw_block(words, moment, stream, i/(4*BLOCK), row);
    const uint32_t k = i/4 % BLOCK;
    return as_uniform8(words[k / LANES][k % LANES] >> 8*(i % 4));
}

inline float randn_at(const Moment& moment, const uint32_t stream, const uint32_t i, const uint32_t row)
{
    alignas(64) uint32_t words[WORDS][LANES];
    draw_block(words, moment, stream, i/BLOCK, row);
    const uint32_t k = i % BLOCK / LANES, l = i % LANES;
    make_normal(words[k & ~1u][l], words[k | 1u][l]);
    return as_float(words[k][l]);
}

}

#endif
