// Philox 4x32-7 (Salmon, Moraes, Dror & Shaw 2011, SC '11:16): sixteen counters at once.
#ifndef SPIKINGFA_PHILOX
#define SPIKINGFA_PHILOX

#include <cstdint>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace spikingfa {

// Words of 32 bits stand in 64, as their products do; what is in the upper half does not count. A compiler would
// multiply all 64 bits, which takes three times as long as the lower halves that are wanted.
#if defined(__AVX512F__)
typedef __m512i Words;
const int WIDTH = 8;
inline Words all(const uint32_t word) { return _mm512_set1_epi64(word); }
inline Words counting(const uint32_t first)
{
    return _mm512_add_epi64(all(first), _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0));
}
inline Words product(const Words a, const Words b) { return _mm512_mul_epu32(a, b); }
inline Words mixed(const Words product, const Words word, const Words key)
{
    return _mm512_xor_si512(_mm512_xor_si512(_mm512_srli_epi64(product, 32), word), key);
}
inline void store(uint32_t* place, const Words first, const Words second)
{
    const __m512i lower = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    _mm512_store_si512(place, _mm512_permutex2var_epi32(first, lower, second));
}
#elif defined(__AVX2__)
typedef __m256i Words;
const int WIDTH = 4;
inline Words all(const uint32_t word) { return _mm256_set1_epi64x(word); }
inline Words counting(const uint32_t first)
{
    return _mm256_add_epi64(all(first), _mm256_set_epi64x(3, 2, 1, 0));
}
inline Words product(const Words a, const Words b) { return _mm256_mul_epu32(a, b); }
inline Words mixed(const Words product, const Words word, const Words key)
{
    return _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(product, 32), word), key);
}
inline void store(uint32_t* place, const Words first, const Words second)
{
    const __m256i both = _mm256_blend_epi32(first, _mm256_slli_epi64(second, 32), 0xAA);
    _mm256_store_si256((__m256i*)place, _mm256_permutevar8x32_epi32(both, _mm256_set_epi32(7, 5, 3, 1, 6, 4, 2, 0)));
}
#else
typedef uint64_t Words;
const int WIDTH = 1;
inline Words all(const uint32_t word) { return word; }
inline Words counting(const uint32_t first) { return first; }
inline Words product(const Words a, const Words b) { return (uint64_t)(uint32_t)a*(uint32_t)b; }
inline Words mixed(const Words product, const Words word, const Words key) { return (product >> 32) ^ word ^ key; }
inline void store(uint32_t* place, const Words first, const Words second)
{
    place[0] = first;
    place[1] = second;
}
#endif

// Four words for each of sixteen counters, whose first words count from `first` on. Stored as what is read again at once
// is wide, or reading would wait.
inline void philox(uint32_t words[4][16], const uint32_t first, const uint32_t c1, const uint32_t c2, const uint32_t c3,
                   const uint32_t key_0, const uint32_t key_1)
{
    const uint32_t ROUNDS = 7;
    for (int l = 0; l < 16; l += 2*WIDTH) {
        Words w[2][4];
        for (int half = 0; half < 2; half++) {
            Words w0 = counting(first + l + half*WIDTH), w1 = all(c1), w2 = all(c2), w3 = all(c3);
            for (uint32_t k = 0; k < ROUNDS; k++) {
                const Words product_0 = product(w0, all(0xD2511F53)), product_1 = product(w2, all(0xCD9E8D57));
                w0 = mixed(product_1, w1, all(key_0 + k*0x9E3779B9));
                w2 = mixed(product_0, w3, all(key_1 + k*0xBB67AE85));
                w1 = product_1;
                w3 = product_0;
            }
            w[half][0] = w0;
            w[half][1] = w1;
            w[half][2] = w2;
            w[half][3] = w3;
        }
        for (int k = 0; k < 4; k++)
            store(words[k] + l, w[0][k], w[1][k]);
    }
}

}

#endif
