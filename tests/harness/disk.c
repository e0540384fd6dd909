/* A disk that can lose its power, and one that can be full, for a program that is started with this library before its
 * own (LD_PRELOAD).
 *
 * Below CAIRN_DISK_ROOT, what was flushed is remembered in CAIRN_DISK_KEPT, as a disk without power would have it:
 *   content/INODE   what a file held when it was last flushed
 *   folder/PATH     the names that a folder had when it was last flushed ("/" is written as "%"), as INODE TYPE NAME
 * What was only written, and never flushed, is not there. While CAIRN_DISK_KEPT/full exists, nothing can be written.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(result, name, ...) \
    static result (*real)(__VA_ARGS__); \
    if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

/* The path of an open file, if it lies below the root. */
static int below(int fd, char path[PATH_MAX]) {
    const char *root = getenv("CAIRN_DISK_ROOT");
    char link[64];
    if (!root) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    size_t prefix = strlen(root);
    return !strncmp(path, root, prefix) && (path[prefix] == '/' || !path[prefix]);
}

/* A file that is deleted gives its inode to the next one; when it was born tells them apart. */
static int name_of(int fd, const char *path, char name[96]) {
    struct statx now;
    int flags = path ? AT_SYMLINK_NOFOLLOW : AT_EMPTY_PATH;
    if (statx(fd, path ? path : "", flags, STATX_INO | STATX_BTIME, &now)) return -1;
    snprintf(name, 96, "%llu-%lld-%u", (unsigned long long)now.stx_ino, (long long)now.stx_btime.tv_sec,
             now.stx_btime.tv_nsec);
    return 0;
}

static FILE *begin(const char *kind, const char *name, char part[PATH_MAX], char whole[PATH_MAX]) {
    const char *kept = getenv("CAIRN_DISK_KEPT");
    snprintf(whole, PATH_MAX, "%s/%s/%s", kept, kind, name);
    snprintf(part, PATH_MAX, "%s/part-%d-%p", kept, getpid(), (void *)part);
    return fopen(part, "w");
}

static void keep_file(int fd) {
    char path[PATH_MAX], part[PATH_MAX], whole[PATH_MAX], name[96], block[1 << 16];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int from = open(path, O_RDONLY | O_CLOEXEC);
    if (from < 0 || name_of(from, NULL, name)) return;
    FILE *to = begin("content", name, part, whole);
    if (to) {
        ssize_t got;
        while ((got = read(from, block, sizeof block)) > 0) fwrite(block, 1, (size_t)got, to);
        fclose(to);
        rename(part, whole);
    }
    close(from);
}

static void keep_folder(const char *path) {
    char flat[PATH_MAX], part[PATH_MAX], whole[PATH_MAX], name[96];
    snprintf(flat, sizeof flat, "%s", path + strlen(getenv("CAIRN_DISK_ROOT")));
    for (char *c = flat; *c; c++) if (*c == '/') *c = '%';
    FILE *to = begin("folder", *flat ? flat : "%", part, whole);
    DIR *folder = opendir(path);
    if (to && folder) {
        for (struct dirent *one; (one = readdir(folder));) {
            if (!strcmp(one->d_name, ".") || !strcmp(one->d_name, "..")) continue;
            if (!name_of(dirfd(folder), one->d_name, name))
                fprintf(to, "%s %c %s\n", name, one->d_type == DT_DIR ? 'd' : 'f', one->d_name);
        }
    }
    if (folder) closedir(folder);
    if (to) {
        fclose(to);
        rename(part, whole);
    }
}

static void keep(int fd) {
    char path[PATH_MAX];
    struct stat now;
    int before = errno;
    if (below(fd, path) && !fstat(fd, &now)) {
        if (S_ISDIR(now.st_mode)) keep_folder(path);
        else keep_file(fd);
    }
    errno = before;
}

int fsync(int fd) {
    REAL(int, fsync, int);
    int result = real(fd);
    if (!result) keep(fd);
    return result;
}

int fdatasync(int fd) {
    REAL(int, fdatasync, int);
    int result = real(fd);
    if (!result) keep(fd);
    return result;
}

/* Whether there is no room for what would be written there. */
static int full(int fd) {
    char path[PATH_MAX], flag[PATH_MAX];
    const char *kept = getenv("CAIRN_DISK_KEPT");
    if (!kept) return 0;
    int before = errno;
    snprintf(flag, sizeof flag, "%s/full", kept);
    int is_full = !access(flag, F_OK) && below(fd, path);
    errno = is_full ? ENOSPC : before;
    return is_full;
}

ssize_t write(int fd, const void *bytes, size_t count) {
    REAL(ssize_t, write, int, const void *, size_t);
    return full(fd) ? -1 : real(fd, bytes, count);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    return full(fd) ? -1 : real(fd, parts, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    return full(fd) ? -1 : real(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    return full(fd) ? -1 : real(fd, bytes, count, at);
}

ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *there, size_t count, unsigned flags) {
    REAL(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned);
    return full(to) ? -1 : real(from, at, to, there, count, flags);
}
