// Copies the stimuli and answers to the GPU.
#include "lookup.cuh"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

__device__ const int* table_trials;
__device__ const float* table_stimuli;
__device__ const float* table_stimuli_times;
__device__ const int* table_stimuli_starts;
__device__ const float* table_answers;
__device__ const float* table_answers_times;
__device__ const int* table_answers_starts;

// nothing where the environment names no file: then nobody asks for it
static void* table(const char* variable)
{
    const char* path = std::getenv(variable);
    if (!path)
        return nullptr;
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    void* copy = nullptr;
    if (bytes.empty() || cudaMalloc(&copy, bytes.size()) != cudaSuccess
        || cudaMemcpy(copy, bytes.data(), bytes.size(), cudaMemcpyHostToDevice) != cudaSuccess) {
        std::fprintf(stderr, "cannot bring %s (%s) to the GPU\n", path, variable);
        std::exit(1);
    }
    return copy;
}

template <class T> static void load(const char* variable, const T*& symbol)
{
    void* copy = table(variable);
    cudaMemcpyToSymbol(symbol, &copy, sizeof copy);
}

void load_tables()
{
    load("SPIKINGFA_TRIALS", table_trials);
    load("SPIKINGFA_STIMULI", table_stimuli);
    load("SPIKINGFA_STIMULI_TIMES", table_stimuli_times);
    load("SPIKINGFA_STIMULI_STARTS", table_stimuli_starts);
    load("SPIKINGFA_ANSWERS", table_answers);
    load("SPIKINGFA_ANSWERS_TIMES", table_answers_times);
    load("SPIKINGFA_ANSWERS_STARTS", table_answers_starts);
}
