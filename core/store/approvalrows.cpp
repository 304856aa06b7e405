// The remembered approvals of the vault.

#include "core/store/columns.h"
#include "core/store/rows.h"
#include "core/store/vault.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const QString kSelectApproval =
    u"SELECT id, client_id, redirect, resources, login_id, requested, scopes, accounts, program, "
    "proof, created_at, expires_at FROM approvals "_s;

RememberedApproval readApproval(const QSqlQuery &row)
{
    RememberedApproval approval;
    approval.id = row.value(0).toString();
    approval.client = {row.value(1).toString()};
    approval.redirect = row.value(2).toString();
    approval.resources = column::toList(row.value(3).toString());
    approval.login = {row.value(4).toString()};
    approval.requested = column::toScopes(row.value(5).toString());
    approval.scopes = column::toScopes(row.value(6).toString());
    approval.accountIds = column::toList(row.value(7).toString());
    approval.program = row.value(8).toString();
    approval.proof = row.value(9).toByteArray();
    approval.createdAt = row.value(10).toLongLong();
    approval.expiresAt = row.value(11).toLongLong();
    return approval;
}

} // namespace

QList<RememberedApproval> Vault::approvals()
{
    return orNothing(
        fetchAll(m_database, kSelectApproval + u"ORDER BY created_at, id"_s, {}, readApproval));
}

Result<> Vault::saveApproval(const RememberedApproval &approval)
{
    return transaction([&]() -> Result<> {
        const Result<> saved = change(
            uR"(INSERT OR REPLACE INTO approvals (id, client_id, redirect, resources, login_id,
                    requested, scopes, accounts, program, proof, created_at, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))"_s,
            {approval.id, approval.client.value, approval.redirect,
             column::fromList(approval.resources), approval.login.value,
             column::fromScopes(approval.requested), column::fromScopes(approval.scopes),
             column::fromList(approval.accountIds), approval.program, approval.proof,
             approval.createdAt, approval.expiresAt});
        if (!saved)
            return saved;
        return append({.kind = AuditKind::ApprovalRemembered,
                       .client = approval.client,
                       .outcome = u"Need not ask again: %1"_s.arg(
                           QStringList(approval.scopes.begin(), approval.scopes.end()).join(u' ')),
                       .peer = {approval.program, 0}});
    });
}

Result<> Vault::removeApproval(const QString &id, const QString &reason)
{
    return transaction([&]() -> Result<> {
        const auto client =
            fetchOne(m_database, u"SELECT client_id FROM approvals WHERE id = ?"_s, {id},
                     [](const QSqlQuery &row) { return ClientId{row.value(0).toString()}; });
        if (!client)
            return fail(client.error());
        if (!*client)
            return {};
        const Result<> told =
            append({.kind = AuditKind::ApprovalForgotten, .client = **client, .outcome = reason});
        if (!told)
            return told;
        return change(u"DELETE FROM approvals WHERE id = ?"_s, {id});
    });
}

} // namespace flaredeck::store
