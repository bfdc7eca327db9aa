// Where an array is left: only those that are asked for become files, as two hundred take a while.
#ifndef SPIKINGFA_RESULT_FILE
#define SPIKINGFA_RESULT_FILE

#include <cstdlib>
#include <cstring>
#include <string>

inline std::string result_file(const std::string& folder, const std::string& name)
{
    const char* wanted = std::getenv("SPIKINGFA_RESULTS");  // names, each between spaces; or all
    const bool left_out = wanted && !std::strstr(wanted, (" " + name + " ").c_str());
    return left_out ? "/dev/null" : folder + name;
}

#endif
