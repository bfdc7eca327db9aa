// Which variables of a group are traced, and the files that their values are appended to.
#ifndef SPIKINGFA_TRACES
#define SPIKINGFA_TRACES

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

class Traces
{
public:
    // n_post and stride: of synapses, rows of the program are `stride` apart
    Traces(const std::string& group, const std::vector<std::string>& names, int64_t n_post, int64_t stride)
        : files(names.size())
    {
        const char* folder = std::getenv("SPIKINGFA_TRACES");  // none if nothing is traced
        for (size_t k = 0; folder && k < names.size(); k++)
            open(k, std::string(folder) + "/" + group + "." + names[k], n_post, stride);
        for (auto& file : files)
            find_columns(file);
    }

    ~Traces()
    {
        for (auto& file : files)
            if (file.to && std::fclose(file.to) != 0)
                complain();
    }

    // Neurons or synapses of which anything is traced in this step.
    const std::vector<int64_t>& due()
    {
        const bool now = step++ % every == 0;
        return now ? all : none;
    }

    // Of the group's k-th variable, at a position in what is due.
    void put(size_t k, size_t position, double value)
    {
        for (const auto column : files[k].columns_at[position])
            files[k].row[column] = value;
    }

    void write_rows()
    {
        for (auto& file : files)
            if (file.to && std::fwrite(file.row.data(), sizeof(double), file.row.size(), file.to) != file.row.size())
                complain();
    }

private:
    struct File
    {
        FILE* to = nullptr;
        std::vector<int64_t> which;
        std::vector<std::vector<size_t>> columns_at;
        std::vector<double> row;
    };

    // `path`.which: steps from one row to the next, then the indices, in the order of the columns
    void open(size_t k, const std::string& path, int64_t n_post, int64_t stride)
    {
        FILE* which = std::fopen((path + ".which").c_str(), "rb");
        if (!which)
            return;
        int64_t index;
        if (std::fread(&every, sizeof every, 1, which) != 1)
            complain();
        while (std::fread(&index, sizeof index, 1, which) == 1)
            files[k].which.push_back(n_post ? index/n_post*stride + index%n_post : index);
        std::fclose(which);
        all.insert(all.end(), files[k].which.begin(), files[k].which.end());
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        files[k].to = std::fopen((path + ".npy").c_str(), "ab");
        if (!files[k].to)
            complain();
    }

    void find_columns(File& file)
    {
        file.row.resize(file.which.size());
        file.columns_at.resize(all.size());
        for (size_t column = 0; column < file.which.size(); column++)
        {
            const auto found = std::lower_bound(all.begin(), all.end(), file.which[column]);
            file.columns_at[found - all.begin()].push_back(column);
        }
    }

    // whatever the program says is taken for a failure
    void complain() { std::cout << "cannot write a trace: is the disk full?" << std::endl; }

    std::vector<File> files;
    std::vector<int64_t> all, none;
    int64_t every = 1, step = 0;
};

#endif
