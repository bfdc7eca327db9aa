// Enough of CUDA, Thrust and cuRAND for a C++ compiler: memory of the GPU is ordinary memory, and a
// kernel is a loop over its blocks and threads. Threads do not wait for each other, so kernels that
// need that (spike queues of delays that differ) are compiled, but would not compute the right thing.
#ifndef CUDA_ON_CPU
#define CUDA_ON_CPU

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>
using std::max;
using std::min;

#define __global__
#define __device__
#define __host__

struct Dimensions { int x = 0, y = 0, z = 0; };
inline Dimensions blockIdx, blockDim, threadIdx, gridDim;
inline void __syncthreads() {}
inline void __threadfence() {}

// stands where <<<blocks, threads>>> was
template <class... P, class... A> void launch(void (*kernel)(P...), int blocks, int threads, A... arguments)
{
    if (blocks < 1 || threads < 1 || threads > 1024)
        throw std::runtime_error("ERROR a kernel with " + std::to_string(blocks) + " blocks");
    blockDim.x = threads;
    gridDim.x = blocks;
    for (blockIdx.x = 0; blockIdx.x < blocks; blockIdx.x++)
        for (threadIdx.x = 0; threadIdx.x < threads; threadIdx.x++)
            kernel(static_cast<P>(arguments)...);
}

enum cudaError { cudaSuccess };
using cudaError_t = cudaError;
enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice };
enum cudaLimit { cudaLimitMallocHeapSize };
struct cudaDeviceProp
{
    int multiProcessorCount = 4, maxThreadsPerBlock = 64, maxThreadsPerMultiProcessor = 64, warpSize = 32;
    size_t sharedMemPerBlock = 1 << 15;
};
struct cudaFuncAttributes
{
    size_t sharedSizeBytes = 0, constSizeBytes = 0, localSizeBytes = 0;
    int maxThreadsPerBlock = 64, numRegs = 1;
};

template <class T> cudaError cudaMalloc(T** memory, size_t size)
{
    *memory = static_cast<T*>(std::malloc(size));
    std::memset(static_cast<void*>(*memory), 0x55, size);  // not zero, as on a GPU
    return cudaSuccess;
}
inline cudaError cudaFree(void* memory) { std::free(memory); return cudaSuccess; }
inline cudaError cudaMemcpy(void* to, const void* from, size_t size, cudaMemcpyKind)
{
    if (size)
        std::memcpy(to, from, size);
    return cudaSuccess;
}
inline cudaError cudaMemset(void* memory, int value, size_t size)
{
    std::memset(memory, value, size);
    return cudaSuccess;
}
template <class T> cudaError cudaMemcpyToSymbol(T& symbol, const void* from, size_t size)
{
    std::memcpy(&symbol, from, size);
    return cudaSuccess;
}
template <class... A> cudaError nothing(A...) { return cudaSuccess; }
#define cudaDeviceSetLimit nothing
#define cudaSetDevice nothing
#define cudaMemGetInfo memory_info
#define cudaDeviceSynchronize nothing
#define cudaGetLastError nothing
#define cudaProfilerStop nothing
inline cudaError memory_info(size_t* free, size_t* total)
{
    *free = *total = size_t(1) << 30;
    return cudaSuccess;
}
inline cudaError cudaGetDeviceProperties(cudaDeviceProp* found, int)
{
    *found = {};
    return cudaSuccess;
}
inline const char* cudaGetErrorString(cudaError) { return ""; }
template <class K> cudaError cudaFuncGetAttributes(cudaFuncAttributes* found, K)
{
    *found = {};
    return cudaSuccess;
}
template <class K> cudaError cudaOccupancyMaxPotentialBlockSize(int* blocks, int* threads, K, size_t, int)
{
    *blocks = 1;
    *threads = 64;
    return cudaSuccess;
}
template <class K> cudaError cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, K, int, size_t)
{
    *blocks = 1;
    return cudaSuccess;
}

template <class T, class V> T atomicAdd(T* at, V value)
{
    const T before = *at;
    *at += value;
    return before;
}
template <class T, class E, class V> T atomicCAS(T* at, E expected, V value)
{
    const T before = *at;
    if (before == static_cast<T>(expected))
        *at = value;
    return before;
}
template <class To, class From> To same_bits(From value)
{
    static_assert(sizeof(To) == sizeof(From), "sizes differ");
    To bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}
inline long long __double_as_longlong(double x) { return same_bits<long long>(x); }
inline double __longlong_as_double(long long x) { return same_bits<double>(x); }
inline int __float_as_int(float x) { return same_bits<int>(x); }
inline float __int_as_float(int x) { return same_bits<float>(x); }

namespace thrust
{
template <class T> using host_vector = std::vector<T>;
template <class T> using device_vector = std::vector<T>;
template <class A, class B> using pair = std::pair<A, B>;
template <class T> T* raw_pointer_cast(T* pointer) { return pointer; }
using std::sort;
template <class I> void sequence(I first, I last) { std::iota(first, last, 0); }
// of delays that differ
template <class K, class V> void sort_by_key(K, K, V) { throw std::runtime_error("ERROR not on a core"); }
template <class K, class V> pair<K, V> unique_by_key(K, K, V) { throw std::runtime_error("ERROR not on a core"); }
}

#define CURAND_H_
enum curandStatus_t
{
    CURAND_STATUS_SUCCESS, CURAND_STATUS_VERSION_MISMATCH, CURAND_STATUS_NOT_INITIALIZED,
    CURAND_STATUS_ALLOCATION_FAILED, CURAND_STATUS_TYPE_ERROR, CURAND_STATUS_OUT_OF_RANGE,
    CURAND_STATUS_LENGTH_NOT_MULTIPLE, CURAND_STATUS_DOUBLE_PRECISION_REQUIRED,
    CURAND_STATUS_LAUNCH_FAILURE, CURAND_STATUS_PREEXISTING_FAILURE,
    CURAND_STATUS_INITIALIZATION_FAILED, CURAND_STATUS_ARCH_MISMATCH, CURAND_STATUS_INTERNAL_ERROR
};
enum curandRngType_t { CURAND_RNG_PSEUDO_DEFAULT };
using curandGenerator_t = std::mt19937_64*;
struct curandState {};
template <class... A> void curand_init(A...) {}
inline curandStatus_t curandCreateGenerator(curandGenerator_t* made, curandRngType_t)
{
    *made = new std::mt19937_64;
    return CURAND_STATUS_SUCCESS;
}
inline curandStatus_t curandDestroyGenerator(curandGenerator_t generator)
{
    delete generator;
    return CURAND_STATUS_SUCCESS;
}
inline curandStatus_t curandSetPseudoRandomGeneratorSeed(curandGenerator_t generator, unsigned long long seed)
{
    generator->seed(seed);
    return CURAND_STATUS_SUCCESS;
}
inline curandStatus_t curandSetGeneratorOffset(curandGenerator_t, unsigned long long) { return CURAND_STATUS_SUCCESS; }
template <class T, class D> curandStatus_t drawn(curandGenerator_t generator, T* numbers, size_t n, D distribution)
{
    for (size_t k = 0; k < n; k++)
        numbers[k] = distribution(*generator);
    return CURAND_STATUS_SUCCESS;
}
template <class T> curandStatus_t curandGenerateUniformDouble(curandGenerator_t g, T* numbers, size_t n)
{
    return drawn(g, numbers, n, std::uniform_real_distribution<double>());
}
template <class T> curandStatus_t curandGenerateNormalDouble(curandGenerator_t g, T* numbers, size_t n, double mean, double sd)
{
    return drawn(g, numbers, n, std::normal_distribution<double>(mean, sd));
}
#define curandGenerateUniform curandGenerateUniformDouble
#define curandGenerateNormal curandGenerateNormalDouble
template <class T> curandStatus_t curandGeneratePoisson(curandGenerator_t g, T* numbers, size_t n, double mean)
{
    return drawn(g, numbers, n, std::poisson_distribution<int>(mean));
}

#endif
