#include "core/connect/load.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Bytes of the line "Pss: 1234 kB".
qint64 proportionalSize(const QString &process)
{
    for (const QByteArray &line : contentOf(process + u"/smaps_rollup"_s).split('\n')) {
        if (line.startsWith("Pss:"))
            return line.mid(4).simplified().split(' ').first().toLongLong() * 1024;
    }
    return 0;
}

void add(Load &load, const QString &process)
{
    ++load.processes;
    load.bytes += proportionalSize(process);
}

bool namesRelay(const QByteArrayList &words)
{
    return std::any_of(words.begin(), words.end(), [](const QByteArray &word) {
        return word == "mcp-remote" || word.startsWith("mcp-remote@") ||
               word.endsWith("/mcp-remote") || word.contains("/mcp-remote/dist/");
    });
}

} // namespace

Loads measureLoads()
{
    Loads loads;
    const QDir all(u"/proc"_s); // elsewhere there is none, and nothing is measured
    const uint us = QFileInfo(u"/proc/self"_s).ownerId();
    for (const QString &name : all.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        if (!name.at(0).isDigit())
            continue;
        const QString process = all.filePath(name);
        if (QFileInfo(process).ownerId() != us)
            continue;
        const QByteArrayList words = contentOf(process + u"/cmdline"_s).split('\0');
        if (words.first() == "flaredeck-bridge" || words.first().endsWith("/flaredeck-bridge"))
            add(loads.bridges, process);
        else if (namesRelay(words))
            add(loads.relays, process);
    }
    return loads;
}

} // namespace flaredeck::connect
