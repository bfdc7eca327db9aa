// Variables that are no numbers any more at the end of a trial, see engine/divergence.
#ifndef SPIKINGFA_DIVERGENCE
#define SPIKINGFA_DIVERGENCE

#include <cmath>
#include <iostream>
#include <vector>

// Of one population; the first variable that is lost is told, and no other.
class Watch
{
public:
    template <class T> void look(const char* name, const T* on_gpu, const int n, const long trial)
    {
        if (told)
            return;
        std::vector<T> values(n);
        if (cudaMemcpy(values.data(), on_gpu, n*sizeof(T), cudaMemcpyDeviceToHost) != cudaSuccess)
            std::cerr << "cannot read " << name << " from the GPU" << std::endl;
        for (const T value : values)
            told = told || !std::isfinite(value);
        if (told)
            std::cout << "diverged " << name << " " << trial << std::endl;
    }

private:
    bool told = false;
};

#endif
