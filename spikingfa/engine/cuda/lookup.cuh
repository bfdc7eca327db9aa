// The stimuli and answers, on the GPU; lookup.h is the same for C++.
#ifndef SPIKINGFA_LOOKUP
#define SPIKINGFA_LOOKUP

#include <cstddef>

// from the files that the environment names; before the first step
void load_tables();

// stimulus, answer and number of each trial
extern __device__ const int* table_trials;
extern __device__ const float* table_stimuli;
extern __device__ const float* table_stimuli_times;
extern __device__ const int* table_stimuli_starts;
extern __device__ const float* table_answers;
extern __device__ const float* table_answers_times;
extern __device__ const int* table_answers_starts;

__device__ inline double stimulus(const int trial, const int i)
{
    return table_stimuli[N_FEATURES * (std::size_t)table_trials[3 * trial] + i];
}

__device__ inline double target(const int trial, const int i)
{
    return table_answers[N_OUTPUTS * (std::size_t)table_trials[3 * trial + 1] + i];
}

// the k-th time in a train that begins at *start and ends where the next one begins
__device__ inline double event_in(const float* times, const int* start, const int k)
{
    return start[0] + k < start[1] ? times[start[0] + k] : 1e9; // s: never
}

__device__ inline double event(const int trial, const int i, const int k)
{
    const int* start = table_stimuli_starts + N_FEATURES * (std::size_t)table_trials[3 * trial] + i;
    return event_in(table_stimuli_times, start, k);
}

__device__ inline double target_event(const int trial, const int i, const int k)
{
    const int* start = table_answers_starts + N_OUTPUTS * (std::size_t)table_trials[3 * trial + 1] + i;
    return event_in(table_answers_times, start, k);
}

#endif
