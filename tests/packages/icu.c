// What QtCore asks ICU for, answered with the libraries of a folder: icu FOLDER VERSION
// Prints a number over all languages' order of texts and names of time zones, and over all encodings.
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <uchar.h>

static const char *folder, *version;
static uint64_t sum = 14695981039346656037u; // FNV-1a
static long results;

static void *library(const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/lib%s.so.%s", folder, name, version);
    void *handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    if (!handle) {
        fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
    return handle;
}

static void *function(void *handle, const char *name)
{
    char symbol[100];
    snprintf(symbol, sizeof symbol, "%s_%s", name, version);
    void *found = dlsym(handle, symbol);
    if (!found) {
        fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
    return found;
}

static void add(const void *bytes, int count, int error)
{
    if (error > 0) {
        fprintf(stderr, "ICU's error %d\n", error);
        exit(1);
    }
    for (int i = 0; i < count; ++i)
        sum = (sum ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
    ++results;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    folder = argv[1];
    version = argv[2];
    library("icudata");
    void *uc = library("icuuc"), *i18n = library("icui18n");
    int32_t (*locales)(void) = function(uc, "uloc_countAvailable");
    const char *(*locale)(int32_t) = function(uc, "uloc_getAvailable");
    void *(*order)(const char *, int *) = function(i18n, "ucol_open");
    int32_t (*key)(void *, const char16_t *, int32_t, void *, int32_t) = function(i18n, "ucol_getSortKey");
    void (*endOrder)(void *) = function(i18n, "ucol_close");
    void *(*calendar)(const char16_t *, int32_t, const char *, int, int *) = function(i18n, "ucal_open");
    int32_t (*zone)(void *, int, const char *, char16_t *, int32_t, int *) = function(i18n, "ucal_getTimeZoneDisplayName");
    void (*endCalendar)(void *) = function(i18n, "ucal_close");
    int32_t (*encodings)(void) = function(uc, "ucnv_countAvailable");
    const char *(*encoding)(int32_t) = function(uc, "ucnv_getAvailableName");
    void *(*converter)(const char *, int *) = function(uc, "ucnv_open");
    int32_t (*encode)(void *, char *, int32_t, const char16_t *, int32_t, int *) = function(uc, "ucnv_fromUChars");
    void (*endConverter)(void *) = function(uc, "ucnv_close");

    static const char16_t *const texts[] = {u"Zebra", u"ångström", u"Äpfel", u"chata", u"ñandú", u"lluvia",
                                            u"中文", u"ひらがな", u"ёлка", u"ไทย", u"عرب", u"a-b"};
    static const char16_t *const zones[] = {u"Europe/Berlin", u"America/New_York", u"Asia/Tokyo", u"Etc/GMT+5"};
    char bytes[1000];
    char16_t name[400];
    for (int32_t i = 0; i < locales(); ++i) {
        int error = 0;
        void *of = order(locale(i), &error);
        for (unsigned t = 0; t < sizeof texts / sizeof *texts; ++t)
            add(bytes, key(of, texts[t], -1, bytes, sizeof bytes), error);
        endOrder(of);
        for (unsigned z = 0; z < sizeof zones / sizeof *zones; ++z) {
            of = calendar(zones[z], -1, locale(i), 0, &error);
            for (int kind = 0; kind < 4; ++kind) {
                const int32_t length = zone(of, kind, locale(i), name, 400, &error);
                add(name, 2 * length, error);
            }
            endCalendar(of);
        }
    }
    for (int32_t i = 0; i < encodings(); ++i) {
        int error = 0;
        void *of = converter(encoding(i), &error);
        for (unsigned t = 0; t < sizeof texts / sizeof *texts; ++t) {
            const int32_t length = encode(of, bytes, sizeof bytes, texts[t], -1, &error);
            add(bytes, length, error);
        }
        endConverter(of);
    }
    printf("%ld results %016llx\n", results, (unsigned long long)sum);
    return results > 1000 ? 0 : 1;
}
