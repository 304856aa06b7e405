#include "core/service/sessionrows.h"

#include "core/base/logging.h"

namespace flaredeck::service {

namespace {

// A session that cannot be stored still works until the app ends, so the failure is only told.
void report(const Result<> &done)
{
    if (!done)
        qCWarning(lcStore).noquote()
            << "A session was not stored." << done.error().text() << done.error().detail;
}

} // namespace

SessionRows::SessionRows(store::Vault &vault)
    : m_vault(vault)
{
}

QList<mcp::StoredSession> SessionRows::load()
{
    return m_vault.sessions();
}

void SessionRows::save(const mcp::StoredSession &session)
{
    report(m_vault.saveSession(session));
}

void SessionRows::touch(const QByteArray &idHash, Millis lastSeenAt)
{
    report(m_vault.touchSession(idHash, lastSeenAt));
}

void SessionRows::remove(const QByteArray &idHash)
{
    report(m_vault.removeSession(idHash));
}

} // namespace flaredeck::service
