// The bits of a single.
#ifndef SPIKINGFA_BITS
#define SPIKINGFA_BITS

#include <cstdint>
#include <cstring>

namespace spikingfa {

inline float as_float(const uint32_t bits)
{
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

inline uint32_t as_bits(const float value)
{
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

}

#endif
