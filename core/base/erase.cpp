#include "core/base/erase.h"

#include "core/base/ownfile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

namespace flaredeck {

using namespace Qt::StringLiterals;

namespace {

/// What SQLite, QSettings and QSaveFile put beside a file has its name and more.
bool isOurs(const QString &name)
{
    static const QRegularExpression ours(QRegularExpression::anchoredPattern(
        u"(vault|history)\\.db(\\.damaged-[0-9-]+)?(-wal|-shm|-journal)?|settings\\.ini(\\.lock|"
        "\\.[A-Za-z0-9]{6})?|sandbox\\.json(\\.[A-Za-z0-9]{6})?|flaredeck\\.(lock|socket)|local\\."
        "socket"_s));
    return ours.match(name).hasMatch();
}

/// Of the directory with what undoing needs: CLIENT-HASH.json and CLIENT-HASH.before.
bool isRecord(const QString &name)
{
    static const QRegularExpression ours(QRegularExpression::anchoredPattern(
        u"[a-z0-9-]+-[0-9a-f]{12}\\.(json|before)(\\.[A-Za-z0-9]{6})?"_s));
    return ours.match(name).hasMatch();
}

const QDir::Filters kAll = QDir::AllEntries | QDir::System | QDir::Hidden | QDir::NoDotAndDotDot;

bool isFolder(const QString &path)
{
    const QFileInfo info(path);
    return info.isDir() && !info.isSymLink();
}

bool isThere(const QString &path)
{
    const QFileInfo info(path);
    return info.exists() || info.isSymLink();
}

} // namespace

QStringList dataFiles(const DataDir &data)
{
    QStringList files;
    const QDir root(data.root);
    for (const QString &name : root.entryList(kAll, QDir::Name)) {
        const QString path = root.filePath(name);
        if (isOurs(name) && !isFolder(path))
            files << path;
    }
    if (QFileInfo(data.connections()).isSymLink())
        return files << data.connections();
    const QDir records(data.connections());
    for (const QString &name : records.entryList(kAll, QDir::Name)) {
        const QString path = records.filePath(name);
        if (isRecord(name) && !isFolder(path))
            files << path;
    }
    return files;
}

QStringList eraseData(const DataDir &data)
{
    QStringList left;
    // A directory that is somebody else's by now is left alone as a whole.
    if (!QFileInfo(data.root).isDir())
        return left;
    if (const Result<> own = requireOwnDirectory(data.root); !own)
        return {own.error().text()};
    QStringList files = dataFiles(data);
    // The lock last: until then no second Flaredeck starts in what is half gone.
    if (files.removeAll(data.lockFile()) > 0)
        files << data.lockFile();
    for (const QString &path : std::as_const(files)) {
        QFile file(path);
        if (!file.remove() && isThere(path))
            left << u"%1 could not be removed: %2. Remove it yourself."_s.arg(
                QDir::toNativeSeparators(path), file.errorString());
    }
    QDir().rmdir(data.connections());
    // Who waits for the lock to go can be here at the same time as who had it.
    if (QDir().rmdir(data.root) || !isThere(data.root) || !left.isEmpty())
        return left;
    const QString name = QDir::toNativeSeparators(data.root);
    const QStringList others = QDir(data.root).entryList(kAll, QDir::Name);
    left << (others.isEmpty()
                 ? u"The empty folder %1 could not be removed. Remove it yourself."_s.arg(name)
                 : u"In %1 there is what Flaredeck did not make, so it stays: %2. Look whether you "
                   "need it."_s.arg(name, others.join(u", "_s)));
    return left;
}

} // namespace flaredeck
