#pragma once

#include "core/base/clock.h"
#include "core/http/message.h"
#include "core/sandbox/inventory.h"
#include "core/sandbox/telemetry.h"
#include "core/sandbox/tokenbook.h"

namespace flaredeck::sandbox {

/// The stand-in's /client/v4: who may ask, for which account, and the answers in Cloudflare's
/// shapes.
class SandboxApi
{
public:
    SandboxApi(const TokenBook &tokens, const Clock &clock);

    [[nodiscard]] http::Response handle(const http::Request &request);

    /// The bearer token of a request; empty when there is none.
    [[nodiscard]] static QByteArray bearerOf(const http::Request &request);

private:
    [[nodiscard]] http::Response accounts(const http::Request &request,
                                          const Agreement &bearer) const;
    [[nodiscard]] http::Response inAccount(const http::Request &request, const Agreement &bearer,
                                           const Account &account, const QStringList &rest);
    [[nodiscard]] http::Response scripts(const Account &account) const;
    [[nodiscard]] http::Response service(const Worker &worker) const;
    [[nodiscard]] http::Response telemetry(const http::Request &request, const Account &account,
                                           const QString &verb);
    [[nodiscard]] QString daysAgo(int days) const;

    const TokenBook &m_tokens;
    const Millis m_startedAt;
    Telemetry m_telemetry;
};

} // namespace flaredeck::sandbox
