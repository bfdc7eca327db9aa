// Values and arrays of limit.cpp: `group.variable=value` arguments; files of float32 or int32.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

constexpr int LANES = 16;
typedef float Vec __attribute__((vector_size(4 * LANES), may_alias));

constexpr int vectors(int n) { return (n + LANES - 1) / LANES; }

static int n_arguments;
static char** arguments;

static float value(const char* name) {
    const size_t length = strlen(name);
    for (int k = 2; k < n_arguments; k++)
        if (!strncmp(arguments[k], name, length) && arguments[k][length] == '=')
            return strtod(arguments[k] + length + 1, nullptr);
    fprintf(stderr, "no value for %s\n", name);
    exit(1);
}

static FILE* open_file(const char* name, const char* mode) {
    const std::string path = std::string(arguments[1]) + "/" + name;
    if (FILE* file = fopen(path.c_str(), mode)) return file;
    perror(path.c_str());
    exit(1);
}

// Rows of `n` values each, every row padded to whole vectors.
struct Rows {
    int rows, n;
    std::vector<Vec> data;
    Rows(const char* name, int rows, int n) : rows(rows), n(n), data(rows * vectors(n)) {
        FILE* file = open_file(name, "rb");
        for (int i = 0; i < rows; i++)
            if (fread((*this)[i], 4, n, file) != size_t(n)) {
                fprintf(stderr, "%s is too short\n", name);
                exit(1);
            }
        fclose(file);
    }
    Vec* operator[](int i) { return &data[i * vectors(n)]; }
    void write(const char* name) {
        FILE* file = open_file(name, "wb");
        for (int i = 0; i < rows; i++) fwrite((*this)[i], 4, n, file);
        if (fclose(file)) exit(1);
    }
};

template <typename T>
static std::vector<T> read_all(const char* name) {
    FILE* file = open_file(name, "rb");
    fseek(file, 0, SEEK_END);
    std::vector<T> data(ftell(file) / sizeof(T));
    rewind(file);
    if (fread(data.data(), sizeof(T), data.size(), file) != data.size()) exit(1);
    fclose(file);
    return data;
}
