#include "core/connect/setuprecord.h"

#include "core/base/json.h"
#include "core/base/ownfile.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kLargestRecord = 64LL * 1024;

QString recordPath(const QString &folder, const QString &client)
{
    return u"%1/%2.json"_s.arg(folder, client);
}

QString backupPath(const QString &folder, const QString &client)
{
    return u"%1/%2.before"_s.arg(folder, client);
}

Result<> save(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) ||
        !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) ||
        file.write(bytes) != bytes.size() || !file.commit())
        return fail(
            Error::Kind::Storage,
            u"%1 cannot be written: %2."_s.arg(QDir::toNativeSeparators(path), file.errorString()),
            u"Nothing was changed. Make room on the disk, then try again."_s);
    return {};
}

} // namespace

std::optional<SetupRecord> readRecord(const QString &folder, const QString &client)
{
    const auto bytes = readSmallFile(recordPath(folder, client), kLargestRecord, FileOf::Us);
    const auto record = bytes ? json::parse(*bytes) : fail(bytes.error());
    if (!record)
        return std::nullopt;
    const auto file = json::stringAt(*record, "file");
    const auto written = json::stringAt(*record, "written");
    if (!file || !written)
        return std::nullopt;
    return SetupRecord{*file, json::boolAt(*record, "created").value_or(false),
                       QByteArray::fromHex(written->toLatin1()), json::stringsAt(*record, "names"),
                       json::integerAt(*record, "at").value_or(0)};
}

Result<QByteArray> readBackup(const QString &folder, const QString &client)
{
    return readSmallFile(backupPath(folder, client), kLargestConfig, FileOf::Us);
}

Result<> saveRecord(const QString &folder, const QString &client, const SetupRecord &record,
                    const QByteArray &backup)
{
    QDir().mkpath(folder);
    QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    if (const Result<> kept = save(backupPath(folder, client), backup); !kept)
        return kept;
    Json names = Json::array();
    for (const QString &name : record.names)
        names.push_back(name);
    return save(recordPath(folder, client),
                json::print({{"file", record.file},
                             {"created", record.created},
                             {"written", record.written.toHex().toStdString()},
                             {"names", std::move(names)},
                             {"at", record.at}}));
}

void removeRecord(const QString &folder, const QString &client)
{
    QFile::remove(recordPath(folder, client));
    QFile::remove(backupPath(folder, client));
}

} // namespace flaredeck::connect
