// Synapses sorted by their delays, for those that have one each.
#ifndef SPIKINGFA_DELAYS
#define SPIKINGFA_DELAYS

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

// Of each presynaptic neuron i the postsynaptic ones, in their order for each delay: those that d steps take lie in `sorted`
// from begin[i][d] to begin[i][d + 1]. The longest delay in steps is returned.
template<class T>
inline size_t sort_by_delay(const std::vector<T>& delays, const double dt, const size_t n_pre, const size_t n_post,
                            const size_t stride, std::vector<int32_t>& sorted, std::vector<std::vector<size_t> >& begin)
{
    const auto steps = [&](size_t i, size_t j) { return (size_t)(int)(delays[i*stride + j] / dt + 0.5); }; // as Brian2
    size_t longest = 0;
    for (size_t i = 0; i < n_pre; i++)
        for (size_t j = 0; j < n_post; j++)
            longest = std::max(longest, steps(i, j));
    sorted.resize(n_pre*n_post);
    begin.assign(n_pre, std::vector<size_t>(longest + 2));
    for (size_t i = 0; i < n_pre; i++) {
        std::vector<size_t>& next = begin[i];
        for (size_t j = 0; j < n_post; j++)
            next[steps(i, j) + 1]++;
        next[0] = i*n_post;
        for (size_t d = 0; d <= longest; d++)
            next[d + 1] += next[d];
        std::vector<size_t> at = next;
        for (size_t j = 0; j < n_post; j++)
            sorted[at[steps(i, j)]++] = j;
    }
    return longest;
}

#endif
