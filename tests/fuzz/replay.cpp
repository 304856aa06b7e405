// Runs one fuzz target without libFuzzer: the seeds as they are, then mutations of them for a
// while. The same seed number gives the same mutations, so that a failure can be had again.

#include "tests/fuzz/fuzztarget.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace flaredeck::fuzz {

namespace {

constexpr qsizetype kMaxBytes = 4096;

std::map<std::string, Target> &targets()
{
    static std::map<std::string, Target> all;
    return all;
}

std::vector<void (*)()> s_ends;

QByteArray s_current;     // NOLINT: for the signal handler
std::string s_savedUnder; // NOLINT

/// Keeps the input that broke a promise, in the way that libFuzzer does.
void saveInput(int signal)
{
    if (std::FILE *file = std::fopen(s_savedUnder.c_str(), "wb")) {
        std::fwrite(s_current.constData(), 1, static_cast<size_t>(s_current.size()), file);
        std::fclose(file);
        std::fprintf(stderr, "The input was saved as %s\n", s_savedUnder.c_str());
    }
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

/// Changes a few places of an input, as a fuzzer without knowledge of the program would.
class Mutator
{
public:
    Mutator(std::vector<QByteArray> seeds, unsigned seed)
        : m_seeds(std::move(seeds))
        , m_random(seed)
    {
    }

    QByteArray next()
    {
        QByteArray bytes = m_seeds[below(m_seeds.size())];
        for (size_t changes = 1 + below(4); changes > 0; --changes)
            change(bytes);
        return bytes.left(kMaxBytes);
    }

private:
    size_t below(size_t bound)
    {
        // std::uniform_int_distribution differs between the libraries.
        return bound == 0 ? 0 : m_random() % bound;
    }
    char interestingByte()
    {
        static constexpr char kBytes[] = "\0\r\n\t \"\\{}[]:,;=&%+#?/@.-0159azAZ\x7f\x80\xc3\xff";
        return below(3) == 0 ? static_cast<char>(below(256)) : kBytes[below(sizeof kBytes - 1)];
    }

    void change(QByteArray &bytes)
    {
        const auto size = static_cast<size_t>(bytes.size());
        const auto at = static_cast<qsizetype>(below(size + 1));
        const auto length = static_cast<qsizetype>(below(16));
        switch (below(6)) {
        case 0: // another byte
            if (at < bytes.size())
                bytes[at] = interestingByte();
            break;
        case 1: // another bit
            if (at < bytes.size())
                bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
            break;
        case 2:
            bytes.insert(at, interestingByte());
            break;
        case 3:
            bytes.remove(at, length);
            break;
        case 4: // the same again
            bytes.insert(at, bytes.mid(at, length * 4));
            break;
        default: { // a piece of another seed
            const QByteArray &other = m_seeds[below(m_seeds.size())];
            const auto from = static_cast<qsizetype>(below(static_cast<size_t>(other.size()) + 1));
            bytes.insert(at, other.mid(from, length * 4));
        }
        }
    }

    const std::vector<QByteArray> m_seeds;
    std::mt19937 m_random;
};

std::vector<QByteArray> readSeeds(const QString &path)
{
    QStringList files{path};
    if (const QDir folder(path); folder.exists()) {
        files.clear();
        for (const QString &name : folder.entryList(QDir::Files, QDir::Name))
            files << folder.filePath(name);
    }
    std::vector<QByteArray> seeds;
    for (const QString &name : std::as_const(files)) {
        QFile file(name);
        if (file.open(QIODevice::ReadOnly))
            seeds.push_back(file.readAll());
    }
    return seeds;
}

int run(const char *name, const char *path, double seconds, unsigned seed)
{
    const auto target = targets().find(name);
    if (target == targets().end()) {
        std::fprintf(stderr, "There is no fuzz target %s.\n", name);
        return 2;
    }
    const std::vector<QByteArray> seeds = readSeeds(QString::fromLocal8Bit(path));
    if (seeds.empty()) {
        std::fprintf(stderr, "There is no seed in %s.\n", path);
        return 2;
    }

    s_savedUnder = std::string("fuzz_") + name + "-broken";
    std::signal(SIGABRT, saveInput);
    std::signal(SIGSEGV, saveInput);
    const auto feed = [&target](const QByteArray &input) {
        s_current = input;
        target->second(input);
    };
    for (const QByteArray &input : seeds)
        feed(input);

    QElapsedTimer timer;
    timer.start();
    Mutator mutator(seeds, seed);
    qint64 mutations = 0;
    for (; static_cast<double>(timer.elapsed()) < seconds * 1000; ++mutations)
        feed(mutator.next());
    for (; !s_ends.empty(); s_ends.pop_back())
        s_ends.back()();
    std::printf("%s: %zu seeds, %lld mutations with seed number %u\n", name, seeds.size(),
                static_cast<long long>(mutations), seed);
    return 0;
}

} // namespace

void atEnd(void (*end)())
{
    s_ends.push_back(end);
}

Registration::Registration(const char *name, Target target)
{
    targets().emplace(name, target);
}

} // namespace flaredeck::fuzz

int main(int argc, char **argv)
{
    if (argc < 3) {
        std::fprintf(stderr,
                     "usage: %s TARGET SEEDS [SECONDS [SEED NUMBER]]\n"
                     "SEEDS is a file or a folder of files.\n",
                     argv[0]);
        return 2;
    }
    return flaredeck::fuzz::run(argv[1], argv[2], argc > 3 ? std::atof(argv[3]) : 0,
                                argc > 4 ? static_cast<unsigned>(std::atoi(argv[4])) : 1);
}
