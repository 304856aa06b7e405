#include "app/audittool.h"

#include "core/store/audit/auditreader.h"

#include <QDateTime>
#include <QDir>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace flaredeck::app {

namespace {

constexpr int kBroken = 1;
constexpr int kUnreadable = 2;

QString utc(Millis time)
{
    return QDateTime::fromMSecsSinceEpoch(time).toUTC().toString(
        QStringLiteral("yyyy-MM-dd HH:mm:ss 'UTC'"));
}

Result<> printLine(const QByteArray &line)
{
    if (std::fwrite(line.constData(), 1, size_t(line.size()), stdout) == size_t(line.size()) &&
        std::fputc('\n', stdout) != EOF)
        return {};
    return fail(Error::Kind::Storage, AuditTool::tr("Standard output cannot be written: %1.")
                                          .arg(QString::fromLocal8Bit(std::strerror(errno))));
}

} // namespace

AuditTool::Answer AuditTool::verify(const QString &vaultFile)
{
    auto reader = store::AuditReader::open(vaultFile);
    if (!reader)
        return {kUnreadable, {}, reader.error().text()};
    const auto found = reader->verify();
    if (!found)
        return {kUnreadable, {}, found.error().text()};
    const QString file = QDir::toNativeSeparators(vaultFile);
    if (found->broken)
        return {kBroken,
                {},
                tr("The audit trail in %1 is broken at row %2. %3")
                    .arg(file, QString::number(found->broken->sequence), found->broken->problem)};
    QStringList lines;
    if (found->rows == 0)
        lines << tr("The audit trail in %1 is empty and intact.").arg(file);
    else
        lines << tr("The audit trail in %1 holds %2 events from %3 to %4, intact.")
                     .arg(file, QString::number(found->rows), utc(found->first), utc(found->last));
    if (found->dropped > 0)
        lines << tr("%1 older events were dropped for their age or number; the rest follows them "
                    "without a gap.")
                     .arg(found->dropped);
    if (found->head > 0)
        lines << tr("The newest is row %1 with the hash %2.")
                     .arg(QString::number(found->head),
                          QString::fromLatin1(found->headHash.toHex()));
    lines << (found->seal.mac.isEmpty()
                  ? tr("No key seals it: there was no keychain.")
                  : tr("Its seal was not checked. The page Security in the window has the key."));
    return {0, lines.join(QLatin1Char('\n')), {}};
}

AuditTool::Answer AuditTool::write(const QString &vaultFile, const QString &target)
{
    auto reader = store::AuditReader::open(vaultFile);
    if (!reader)
        return {kUnreadable, {}, reader.error().text()};
    if (target == QLatin1String("-")) {
        Result<> written = reader->exportLines(printLine);
        return written ? Answer() : Answer{kUnreadable, {}, written.error().text()};
    }
    const auto written = reader->exportTo(target);
    if (!written)
        return {kUnreadable, {}, written.error().text()};
    return {0,
            tr("%1 events were written to %2.")
                .arg(QString::number(*written), QDir::toNativeSeparators(target)),
            {}};
}

} // namespace flaredeck::app
