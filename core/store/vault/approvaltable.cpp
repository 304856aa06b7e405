#include "core/store/vault/approvaltable.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const Layout<RememberedApproval> &approvalLayout()
{
    using Row = RememberedApproval;
    using C = Column<Row>;
    static const Layout<Row> rows(
        "approvals",
        {C::of<&Row::id>("id"),
         C::of<&Row::client>("client_id", "REFERENCES clients(id) ON DELETE CASCADE"),
         C::of<&Row::redirect>("redirect"), C::of<&Row::resources>("resources"),
         C::of<&Row::login>("login_id"), C::of<&Row::requested>("requested"),
         C::of<&Row::scopes>("scopes"), C::of<&Row::accountIds>("accounts"),
         C::of<&Row::program>("program"), C::of<&Row::proof>("proof"),
         C::of<&Row::createdAt>("created_at"), C::of<&Row::expiresAt>("expires_at")},
        "client_id, redirect, resources, login_id",
        "PRIMARY KEY (client_id, redirect, resources, login_id)");
    return rows;
}

} // namespace

Approvals::Approvals(Database &database, AuditTrail &audit)
    : Table(database, approvalLayout())
    , m_audit(audit)
{
}

QList<RememberedApproval> Approvals::all()
{
    return orNothing(select(u"ORDER BY created_at, id"_s));
}

Result<> Approvals::save(const RememberedApproval &approval)
{
    return m_audit.transaction([&]() -> Result<> {
        if (const Result<> saved = Table::save(approval); !saved)
            return saved;
        return m_audit.append(
            {.kind = AuditKind::ApprovalRemembered,
             .client = approval.client,
             .outcome = u"Need not ask again: %1"_s.arg(
                 QStringList(approval.scopes.begin(), approval.scopes.end()).join(u' ')),
             .peer = {approval.program, 0}});
    });
}

Result<> Approvals::remove(const QString &id, const QString &reason)
{
    return m_audit.transaction([&]() -> Result<> {
        const auto approval = selectOne(u"WHERE id = ?"_s, {id});
        if (!approval)
            return fail(approval.error());
        if (!*approval)
            return {};
        const Result<> recorded = m_audit.append({.kind = AuditKind::ApprovalForgotten,
                                                  .client = (*approval)->client,
                                                  .outcome = reason});
        if (!recorded)
            return recorded;
        return m_database.change(u"DELETE FROM approvals WHERE id = ?"_s, {id});
    });
}

} // namespace flaredeck::store
