// Whose vault it is: the sandbox's sign-ins and grants must never be taken for real ones.

#include "core/store/rows.h"
#include "core/store/vault.h"

#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

// In SQLite's field for what a file is of which program: "FDcf" and "FDsb". 0 = not marked yet.
constexpr int kOfCloudflare = 0x46446366;
constexpr int kOfSandbox = 0x46447362;

Error foreign(const QString &file, bool sandbox)
{
    const QString directory = QDir::toNativeSeparators(QFileInfo(file).absolutePath());
    if (sandbox)
        return {Error::Kind::Storage,
                u"The data directory %1 holds sign-ins and grants of Cloudflare, which the sandbox "
                "must not touch."_s.arg(directory),
                u"Leave --sandbox out, or give the sandbox another directory with --data-dir."_s};
    return {Error::Kind::Storage,
            u"The data directory %1 holds sign-ins and grants of the sandbox, which are nothing to "
            "Cloudflare."_s.arg(directory),
            u"Start with --sandbox, or give another directory with --data-dir."_s};
}

} // namespace

Result<> Vault::claim(bool sandbox)
{
    const auto mark = fetchOne(m_database, u"PRAGMA application_id"_s, {},
                               [](const QSqlQuery &row) { return row.value(0).toInt(); });
    if (!mark)
        return fail(mark.error());
    const int ours = sandbox ? kOfSandbox : kOfCloudflare;
    const int found = mark->value_or(0);
    if (found == ours)
        return {};
    if (found != 0)
        return fail(foreign(m_database.file(), sandbox));

    return m_database.execute(u"PRAGMA application_id = %1"_s.arg(ours));
}

} // namespace flaredeck::store
