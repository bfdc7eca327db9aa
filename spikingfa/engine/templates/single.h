// Functions of singles, which a compiler can vectorise. single.py has the same in NumPy.
#ifndef SPIKINGFA_SINGLE
#define SPIKINGFA_SINGLE

#include <cmath>
#include <cstdint>
#include <limits>

#include "bits.h"

namespace spikingfa {

// 2^n times a polynomial of what is left, in (-ln 2 / 2, ln 2 / 2), after Cephes' expf (Moshier 1989): to 2e-7 of it.
inline float exp(const float x)
{
    const float lowest = -87.0f, highest = 88.3f;
    const float inside = x < lowest ? lowest : x > highest ? highest : x;
    const float rounding = 12582912.0f; // 1.5 2^23: what is added to it has no decimals
    const float shifted = inside*1.44269504f + rounding;
    const float n = shifted - rounding;
    const float f = (inside - n*0.693359375f) + n*2.12194440e-4f;
    float p = 1.98756915e-4f;
    p = p*f + 1.39819995e-3f;
    p = p*f + 8.33345191e-3f;
    p = p*f + 4.16657959e-2f;
    p = p*f + 1.66666655e-1f;
    p = p*f + 5.00000012e-1f;
    p = p*(f*f) + f + 1.0f;
    const float value = p*as_float((as_bits(shifted) << 23) + 0x3F800000);
    return x < lowest ? 0.0f : x > highest ? std::numeric_limits<float>::infinity() : value;
}

inline double exp(const double x)
{
    return std::exp(x);
}

// Brian2's, with bounds of the value's own type.
template<class T> inline T clip(const T value, const double least, const double most)
{
    const T low = least, high = most;
    return value < low ? low : value > high ? high : value;
}

}

#endif
