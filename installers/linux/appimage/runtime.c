/* What runs when somebody starts the AppImage. A file system image (squashfs) follows this program in the same
 * file; it is unpacked at the first start of a version, into a folder of the user that stays the same:
 *
 *   ~/.local/lib/flaredeck-appimage
 *
 * A mounted image would be somewhere else at each start, and clients keep the path of the bridge. It would also
 * need FUSE, which many systems lack. Statically linked: it runs on any Linux of its processor.
 *
 *   --appimage-extract   unpack to ./squashfs-root and end     --appimage-offset   print where the image begins
 */
#define _GNU_SOURCE
#include <squashfuse/squashfuse.h>

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACE "/.local/lib/flaredeck-appimage"
#define STAMP "/.image"

static int refuse(const char *what, const char *which)
{
    fprintf(stderr, "flaredeck: %s %s: %s\n", what, which, strerror(errno));
    return 1;
}

/* Both behind one another. Never freed: this program becomes another one. */
static char *join(const char *first, const char *second)
{
    char *both = NULL;
    if (asprintf(&both, "%s%s", first, second) < 0)
        exit(refuse("cannot name", first));
    return both;
}

/* The image begins where the sections of this program end (ELF: the section header table is last). */
static long long image_offset(int file)
{
    Elf64_Ehdr header;
    if (pread(file, &header, sizeof header, 0) != (ssize_t)sizeof header)
        return -1;
    return (long long)header.e_shoff + (long long)header.e_shentsize * header.e_shnum;
}

static int make_folders(const char *path)
{
    char *const part = join(path, "");
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0755) != 0 && errno != EEXIST)
            return -1;
        *slash = '/';
    }
    return mkdir(path, 0755) != 0 && errno != EEXIST ? -1 : 0;
}

static int write_file(sqfs *fs, sqfs_inode *inode, const char *path)
{
    static char piece[1 << 20];
    const int out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, inode->base.mode & 0755);
    if (out < 0)
        return -1;
    for (sqfs_off_t at = 0; at < (sqfs_off_t)inode->xtra.reg.file_size;) {
        sqfs_off_t size = sizeof piece;
        if (sqfs_read_range(fs, inode, at, &size, piece) != SQFS_OK || size <= 0) {
            errno = EIO;
            close(out);
            return -1;
        }
        for (sqfs_off_t done = 0; done < size;) {
            const ssize_t written = write(out, piece + done, (size_t)(size - done));
            if (written < 0) {
                const int why = errno;
                close(out);
                errno = why;
                return -1;
            }
            done += written;
        }
        at += size;
    }
    return close(out);
}

static int unpack(const char *self, long long offset, const char *folder)
{
    sqfs fs;
    sqfs_inode inode;
    sqfs_traverse walk;
    sqfs_err bad = SQFS_OK;
    char target[PATH_MAX];
    if (sqfs_open_image(&fs, self, (size_t)offset) != SQFS_OK || sqfs_traverse_open(&walk, &fs, sqfs_inode_root(&fs)) != SQFS_OK) {
        errno = EIO;
        return -1;
    }
    if (make_folders(folder) != 0)
        return -1;
    while (sqfs_traverse_next(&walk, &bad)) {
        if (walk.dir_end)
            continue;
        char *const path = join(join(folder, "/"), walk.path);
        if (sqfs_inode_get(&fs, &inode, sqfs_dentry_inode(&walk.entry)) != SQFS_OK) {
            errno = EIO;
            return -1;
        }
        size_t size = sizeof target;
        if (S_ISDIR(inode.base.mode) ? mkdir(path, 0755) != 0
            : S_ISLNK(inode.base.mode)
                ? sqfs_readlink(&fs, &inode, target, &size) != SQFS_OK || symlink(target, path) != 0
                : write_file(&fs, &inode, path) != 0)
            return -1;
    }
    if (bad != SQFS_OK) {
        errno = EIO;
        return -1;
    }
    sqfs_traverse_close(&walk);
    return 0;
}

static int remove_folder(const char *folder)
{
    if (access(folder, F_OK) != 0)
        return 0;
    /* Without a quote; see main(). */
    return system(join(join("rm -rf -- '", folder), "'"));
}

/* Which image this is: its superblock has the time and the size of what is in it. */
static int identify(const char *self, long long offset, char *text, size_t room)
{
    unsigned char block[96];
    const int file = open(self, O_RDONLY | O_CLOEXEC);
    const ssize_t got = file < 0 ? -1 : pread(file, block, sizeof block, offset);
    if (file >= 0)
        close(file);
    if (got != (ssize_t)sizeof block || room < 2 * sizeof block + 1)
        return -1;
    for (size_t i = 0; i < sizeof block; ++i)
        snprintf(text + 2 * i, 3, "%02x", block[i]);
    return 0;
}

static int is_unpacked(const char *place, const char *wanted)
{
    char found[256] = "";
    const int file = open(join(place, STAMP), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    const ssize_t size = read(file, found, sizeof found - 1);
    close(file);
    return size > 0 && strcmp(found, wanted) == 0;
}

/* The new version is whole before it takes the place of the old one; what runs keeps its files. */
static int renew(const char *self, long long offset, const char *place, const char *wanted)
{
    const char *const fresh = join(place, ".new");
    const char *const old = join(place, ".old");
    const char *const stamp = join(fresh, STAMP);
    if (remove_folder(fresh) != 0 || remove_folder(old) != 0 || unpack(self, offset, fresh) != 0)
        return -1;
    const int file = open(stamp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file < 0 || write(file, wanted, strlen(wanted)) != (ssize_t)strlen(wanted) || close(file) != 0)
        return -1;
    if (rename(place, old) != 0 && errno != ENOENT)
        return -1;
    if (rename(fresh, place) != 0)
        return -1;
    remove_folder(old);
    return 0;
}

int main(int argc, char **argv)
{
    char self[PATH_MAX];
    char wanted[256];
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length < 0)
        return refuse("cannot read", "/proc/self/exe");
    self[length] = '\0';
    const int file = open(self, O_RDONLY | O_CLOEXEC);
    const long long offset = file < 0 ? -1 : image_offset(file);
    if (offset < 0)
        return refuse("cannot read", self);
    close(file);
    if (argc > 1 && strcmp(argv[1], "--appimage-offset") == 0)
        return printf("%lld\n", offset) < 0;
    if (argc > 1 && strcmp(argv[1], "--appimage-extract") == 0)
        return unpack(self, offset, "squashfs-root") == 0 ? 0 : refuse("cannot unpack to", "squashfs-root");

    const char *home = getenv("HOME");
    if (!home || home[0] != '/' || strchr(home, '\'') ) {
        fputs("flaredeck: HOME is not the path of a folder, or has a quote in it.\n", stderr);
        return 1;
    }
    const char *const place = join(home, PLACE);
    const char *const above = join(home, "/.local/lib");
    const char *const lock = join(place, ".lock");
    if (make_folders(above) != 0)
        return refuse("cannot make", above);
    /* Two first starts at once. */
    const int guard = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (guard < 0 || flock(guard, LOCK_EX) != 0)
        return refuse("cannot lock", lock);
    if (identify(self, offset, wanted, sizeof wanted) != 0)
        return refuse("cannot read the image in", self);
    if (!is_unpacked(place, wanted) && renew(self, offset, place, wanted) != 0)
        return refuse("cannot unpack to", place);
    close(guard);

    char *const program = join(place, "/bin/flaredeck");
    argv[0] = program;
    execv(program, argv);
    return refuse("cannot start", program);
}
