// Writes the completions and the manual pages of the programs: flaredeck-shellfiles DIRECTORY. Runs
// while Flaredeck is built, and is not installed.
#include "app/shellfiles/program.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>

#include <cstdio>

using namespace flaredeck::shellfiles;
using namespace Qt::StringLiterals;

namespace {

bool write(const QString &path, const QString &text)
{
    QFile file(path);
    const QByteArray bytes = text.toUtf8();
    if (QDir().mkpath(QFileInfo(path).path()) && file.open(QIODevice::WriteOnly) &&
        file.write(bytes) == bytes.size() && file.flush())
        return true;
    std::fprintf(stderr, "%s: %s\n", qUtf8Printable(path), qUtf8Printable(file.errorString()));
    return false;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    if (argc != 2)
        return 2;
    const QString to = QString::fromLocal8Bit(argv[1]);
    for (const Program &program : programs()) {
        if (!write(to + u"/bash-completion/completions/"_s + program.name,
                   bashCompletion(program)) ||
            !write(to + u"/zsh/site-functions/_"_s + program.name, zshCompletion(program)) ||
            !write(to + u"/fish/vendor_completions.d/"_s + program.name + u".fish"_s,
                   fishCompletion(program)) ||
            !write(to + u"/man/man1/"_s + program.name + u".1"_s, manual(program)))
            return 1;
    }
    return 0;
}
