// The stimuli and answers, mapped into memory from files that the environment names.
#ifndef SPIKINGFA_LOOKUP
#define SPIKINGFA_LOOKUP

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

inline const void* mapped(const char* variable)
{
    const char* path = std::getenv(variable);
    const int file = path ? open(path, O_RDONLY) : -1;
    struct stat info;
    void* start = MAP_FAILED;
    if (file >= 0 && fstat(file, &info) == 0)
        start = mmap(nullptr, info.st_size, PROT_READ, MAP_SHARED, file, 0);
    if (start == MAP_FAILED) {
        std::fprintf(stderr, "cannot read %s (%s)\n", path ? path : "", variable);
        std::exit(1);
    }
    return start;
}

// stimulus, answer and number of each trial
inline const int* trials()
{
    static const int* triples = static_cast<const int*>(mapped("SPIKINGFA_TRIALS"));
    return triples;
}

inline double stimulus(const int trial, const int i)
{
    static const float* stimuli = static_cast<const float*>(mapped("SPIKINGFA_STIMULI"));
    return stimuli[N_FEATURES * (std::size_t)trials()[3 * trial] + i];
}

inline double target(const int trial, const int i)
{
    static const float* answers = static_cast<const float*>(mapped("SPIKINGFA_ANSWERS"));
    return answers[N_OUTPUTS * (std::size_t)trials()[3 * trial + 1] + i];
}

const double NEVER = 1e9; // s

// the k-th time in a train that begins at *start and ends where the next one begins
inline double event_in(const float* times, const int* start, const int k)
{
    return start[0] + k < start[1] ? times[start[0] + k] : NEVER;
}

inline double event(const int trial, const int i, const int k)
{
    static const float* times = static_cast<const float*>(mapped("SPIKINGFA_STIMULI_TIMES"));
    static const int* starts = static_cast<const int*>(mapped("SPIKINGFA_STIMULI_STARTS"));
    return event_in(times, starts + N_FEATURES * (std::size_t)trials()[3 * trial] + i, k);
}

inline double target_event(const int trial, const int i, const int k)
{
    static const float* times = static_cast<const float*>(mapped("SPIKINGFA_ANSWERS_TIMES"));
    static const int* starts = static_cast<const int*>(mapped("SPIKINGFA_ANSWERS_STARTS"));
    return event_in(times, starts + N_OUTPUTS * (std::size_t)trials()[3 * trial + 1] + i, k);
}

#endif
