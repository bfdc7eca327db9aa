/* Lets the n-th operation on files of a folder that needs room on the disk fail as on a full one.

   Preloaded into processes (LD_PRELOAD), which share the counter: a file mapped into all of them, named
   by NTH_WRITE. It holds what is counted, which operation is to fail, whether those after it fail
   as well, and the folder. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

struct fault {
    int64_t count; /* operations so far */
    int64_t nth;   /* the one that fails, from 1; 0: none */
    int64_t stays; /* whether the disk stays full after it */
    char folder[4072];
};

static struct fault* fault;

__attribute__((constructor)) static void begin(void)
{
    const char* name = getenv("NTH_WRITE");
    int file = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void* found = mmap(NULL, sizeof *fault, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    fault = found == MAP_FAILED ? NULL : found;
}

static int full(const char* path)
{
    size_t length = fault ? strlen(fault->folder) : 0;
    if (length == 0 || strncmp(path, fault->folder, length) != 0)
        return 0;
    int64_t n = __atomic_add_fetch(&fault->count, 1, __ATOMIC_SEQ_CST);
    if (fault->nth == 0 || !(n == fault->nth || (fault->stays && n > fault->nth)))
        return 0;
    errno = ENOSPC;
    return 1;
}

static int full_file(int file)
{
    char link[64], path[4096];
    if (!fault || !fault->folder[0])
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return full(path);
}

#define ORIGINAL(name) \
    static __typeof__(name)* original; \
    if (!original) \
        original = (__typeof__(name)*)dlsym(RTLD_NEXT, #name)

#define ON_A_FILE(kind, name, parameters, arguments) \
    kind name parameters \
    { \
        ORIGINAL(name); \
        return full_file(file) ? -1 : original arguments; \
    }

ON_A_FILE(ssize_t, write, (int file, const void* data, size_t n), (file, data, n))
ON_A_FILE(ssize_t, pwrite, (int file, const void* data, size_t n, off_t at), (file, data, n, at))
ON_A_FILE(ssize_t, pwrite64, (int file, const void* data, size_t n, off64_t at), (file, data, n, at))
ON_A_FILE(ssize_t, writev, (int file, const struct iovec* data, int n), (file, data, n))
ON_A_FILE(int, fsync, (int file), (file))
ON_A_FILE(int, ftruncate, (int file, off_t length), (file, length))
ON_A_FILE(int, ftruncate64, (int file, off64_t length), (file, length))

/* libc's own fwrite calls no write that could be replaced */
size_t fwrite(const void* data, size_t size, size_t n, FILE* file)
{
    ORIGINAL(fwrite);
    return full_file(fileno(file)) ? 0 : original(data, size, n, file);
}

/* names take room, too */
#define OPEN(name) \
    int name(const char* path, int flags, ...) \
    { \
        ORIGINAL(name); \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        return flags & O_CREAT && access(path, F_OK) != 0 && full(path) ? -1 : original(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

int mkdir(const char* path, mode_t mode)
{
    ORIGINAL(mkdir);
    return full(path) ? -1 : original(path, mode);
}

int rename(const char* from, const char* to)
{
    ORIGINAL(rename);
    return full(to) ? -1 : original(from, to);
}
