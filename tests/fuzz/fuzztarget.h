#pragma once

#include <QByteArray>

/// Fuzz targets: functions that take any bytes and abort when a promise of the core is broken. One
/// file each, whose name is the target's. Clang's libFuzzer drives them in the preset `fuzz`;
/// everywhere else replay.cpp does, as tests.
namespace flaredeck::fuzz {

using Target = void (*)(const QByteArray &input);

/// Says which promise was broken, and aborts.
[[noreturn]] void broken(const char *promise, const char *file, int line);

/// Runs `end` after the last input and before main() returns, the latest first: what a target keeps
/// from one input to the next ends here when it is of Qt, because static objects of ours go when
/// parts of Qt are gone already. libFuzzer leaves main() without a word; there they are left to the
/// system.
#ifdef FLAREDECK_LIBFUZZER
inline void atEnd(void (*)()) {}
#else
void atEnd(void (*end)());
#endif

/// Makes a target known to replay.cpp by its name.
struct Registration {
    Registration(const char *name, Target target);
};

} // namespace flaredeck::fuzz

/// Holds whatever the input is, also where assertions are compiled out.
#define MUST(promise)                                                                              \
    do {                                                                                           \
        if (!(promise))                                                                            \
            flaredeck::fuzz::broken(#promise, __FILE__, __LINE__);                                 \
    } while (false)

#ifdef FLAREDECK_LIBFUZZER
#define FUZZ_TARGET(name)                                                                          \
    static void fuzz_##name(const QByteArray &input);                                              \
    extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);                 \
    extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)                  \
    {                                                                                              \
        fuzz_##name(                                                                               \
            QByteArray(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size)));       \
        return 0;                                                                                  \
    }                                                                                              \
    static void fuzz_##name(const QByteArray &input)
#else
#define FUZZ_TARGET(name)                                                                          \
    static void fuzz_##name(const QByteArray &input);                                              \
    static const flaredeck::fuzz::Registration fuzzed_##name(#name, fuzz_##name);                  \
    static void fuzz_##name(const QByteArray &input)
#endif
