// Whose vault it is: the sandbox's sign-ins and grants must never be taken for real ones.

#include "core/base/logging.h"
#include "core/store/rows.h"
#include "core/store/vault.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

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

    const QList<Login> known = logins();
    if (sandbox &&
        std::any_of(known.begin(), known.end(), [](const Login &login) { return !login.sandbox; }))
        return fail(foreign(m_database.file(), sandbox));
    for (const Login &login : sandbox ? QList<Login>() : known) {
        if (!login.sandbox)
            continue;
        for (const Grant &grant : liveGrants()) {
            if (grant.login != login.id)
                continue;
            const Result<> revoked =
                revokeGrant(grant.id, u"Given in the sandbox"_s, m_clock->now());
            if (!revoked)
                return revoked;
        }
        if (const Result<> removed = removeLogin(login.id); !removed)
            return removed;
        qCInfo(lcStore) << "A sign-in of the sandbox was removed from this vault, with its grants.";
    }
    return m_database.execute(u"PRAGMA application_id = %1"_s.arg(ours));
}

} // namespace flaredeck::store
