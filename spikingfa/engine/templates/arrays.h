// How arrays are set by name and left in files: said here once, and not for each of a thousand arrays.
#ifndef SPIKINGFA_ARRAYS
#define SPIKINGFA_ARRAYS

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <type_traits>

// Only arrays that are asked for become files, as two hundred take a while.
inline bool is_wanted(const std::string& name)
{
    const char* wanted = std::getenv("SPIKINGFA_RESULTS");  // names, each between spaces; or all
    return !wanted || std::strstr(wanted, (" " + name + " ").c_str());
}

inline std::string result_file(const std::string& folder, const std::string& name)
{
    return is_wanted(name) ? folder + name : "/dev/null";
}

inline void write_array(const std::string& folder, const char* name, const void* values, size_t size)
{
    if (!is_wanted(name))
        return;
    errno = 0;
    std::ofstream file(folder + name, std::ios::binary);
    if (size)
        file.write(static_cast<const char*>(values), size);
    file.close();
    if (!file)
        std::cout << "Error writing " << name << ": " << std::strerror(errno) << std::endl;
}

// `given` is a number, or the name of a file that holds all values.
template<class T> void set_array(T* values, size_t n, const std::string& given)
{
    if (given[0] == '-' || (given[0] >= '0' && given[0] <= '9')) {
        const char* number = given.c_str();
        const T value = std::is_floating_point<T>::value ? T(std::atof(number)) : T(std::atol(number));
        std::fill(values, values + n, value);
        return;
    }
    std::ifstream file(given, std::ios::binary);
    if (!file.read(reinterpret_cast<char*>(values), n*sizeof(T)) || file.peek() != EOF) {
        std::cerr << "'" << given << "' does not hold " << n << " values" << std::endl;
        std::exit(1);
    }
}

#endif
