#include "core/connect/setuprecord.h"

#include "core/base/crypto.h"
#include "core/base/json.h"
#include "core/base/ownfile.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kLargestRecord = 64LL * 1024;

/// Beginning of the record's and the backup's path.
QString pathOf(const QString &folder, const QString &client, const QString &file)
{
    return u"%1/%2-%3"_s.arg(folder, client,
                             QString::fromLatin1(crypto::sha256(file.toUtf8()).toHex().left(12)));
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

std::optional<SetupRecord> readRecord(const QString &folder, const QString &client,
                                      const QString &file)
{
    const auto bytes =
        readSmallFile(pathOf(folder, client, file) + u".json"_s, kLargestRecord, FileOf::Us);
    const auto json = bytes ? json::parse(*bytes) : fail(bytes.error());
    const auto written = json ? json::stringAt(*json, "written") : std::nullopt;
    const Json *entries = json ? json::find(*json, "entries") : nullptr;
    if (!written || !entries || !entries->is_object())
        return std::nullopt;
    SetupRecord record;
    record.file = file;
    record.created = json::boolAt(*json, "created").value_or(false);
    record.written = QByteArray::fromHex(written->toLatin1());
    record.at = json::integerAt(*json, "at").value_or(0);
    for (const auto &entry : entries->items())
        record.entries.insert(QString::fromStdString(entry.key()), json::toQString(entry.value()));
    return record;
}

Result<QByteArray> readBackup(const QString &folder, const QString &client, const QString &file)
{
    return readSmallFile(pathOf(folder, client, file) + u".before"_s, kLargestConfig, FileOf::Us);
}

Result<> saveRecord(const QString &folder, const QString &client, const SetupRecord &record,
                    const QByteArray &backup)
{
    QDir().mkpath(folder);
    QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    const QString path = pathOf(folder, client, record.file);
    if (const Result<> kept = save(path + u".before"_s, backup); !kept)
        return kept;
    Json entries = Json::object();
    for (auto it = record.entries.begin(); it != record.entries.end(); ++it)
        entries[it.key().toStdString()] = it.value();
    Json json;
    json["file"] = record.file;
    json["created"] = record.created;
    json["written"] = record.written.toHex().toStdString();
    json["entries"] = std::move(entries);
    json["at"] = record.at;
    return save(path + u".json"_s, json::print(json));
}

void removeRecord(const QString &folder, const QString &client, const QString &file)
{
    const QString path = pathOf(folder, client, file);
    QFile::remove(path + u".json"_s);
    QFile::remove(path + u".before"_s);
}

} // namespace flaredeck::connect
