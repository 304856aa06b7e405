#include "core/store/sqliteerror.h"

#include "core/store/database.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

constexpr auto kDamageMark = "damaged database: "_L1;

// Primary result codes of SQLite (https://sqlite.org/rescode.html); its header is needed for
// nothing else.
enum SqliteCode {
    Busy = 5,
    Locked = 6,
    ReadOnlyFile = 8,
    IoError = 10,
    Corrupt = 11,
    Full = 13,
    CannotOpen = 14,
    NotADatabase = 26,
    CannotGrowIndex = IoError | (19 << 8), ///< SQLITE_IOERR_SHMSIZE, of the WAL's index
};

Error storageError(QString message, QString action, QString detail)
{
    return Error{Error::Kind::Storage, std::move(message), std::move(action), std::move(detail)};
}

} // namespace

Error sqliteError(const QString &file, const QSqlError &error)
{
    const QString name = QDir::toNativeSeparators(file);
    const int extended = error.nativeErrorCode().toInt();
    const QString cause = error.driverText() + u": "_s + error.databaseText();
    const QString detail = u"SQLite %1: %2"_s.arg(QString::number(extended), cause);
    switch (extended == CannotGrowIndex ? Full : extended & 0xff) {
    case Corrupt:
    case NotADatabase:
        return damageError(file, error.databaseText());
    case Full:
        return storageError(u"The disk is full: the file %1 cannot grow."_s.arg(name),
                            u"Free some space on the disk."_s, detail);
    case ReadOnlyFile:
        return storageError(u"The file %1 cannot be written."_s.arg(name),
                            u"Make the file and its directory writable."_s, detail);
    case CannotOpen:
        return storageError(u"The file %1 cannot be opened."_s.arg(name),
                            u"Make the file and its directory readable and writable."_s, detail);
    case Busy:
    case Locked:
        return storageError(u"The file %1 is locked by another program."_s.arg(name),
                            u"Close the program that has it open."_s, detail);
    case IoError:
        return storageError(u"The disk reports an error with the file %1."_s.arg(name),
                            u"Check the disk."_s, detail);
    default:
        return storageError(u"The file %1 cannot be used: %2."_s.arg(name, error.databaseText()),
                            {}, detail);
    }
}

Error damageError(const QString &file, const QString &cause)
{
    return storageError(
        u"The file %1 is damaged (%2)."_s.arg(QDir::toNativeSeparators(file), cause),
        u"Restore it from a backup, or move it away to begin with an empty one."_s,
        kDamageMark + cause);
}

bool isDamage(const Error &error)
{
    return error.detail.startsWith(kDamageMark);
}

} // namespace flaredeck::store
