#pragma once

#include "core/base/clock.h"
#include "core/base/identity.h"
#include "core/base/json.h"
#include "core/base/secret.h"
#include "core/base/task.h"
#include "core/http/httpclient.h"
#include "core/provider/facts.h"
#include "core/store/values.h"

#include <memory>
#include <stop_token>

namespace flaredeck::mcp {
class PromptProvider;
}
namespace flaredeck::tools {
struct Coded;
}

namespace flaredeck::provider {

/// Who owns a credential.
struct Identity {
    QString userId; ///< empty for a token that belongs to an account
    QString email;
    QList<AccountRef> accounts;

    bool operator==(const Identity &) const = default;
};

/// What the provider says of an API token.
struct TokenCheck {
    Millis endsAt = 0;      ///< 0 = it does not end by itself
    QStringList opens = {}; ///< rights that were tried and that it has
    QStringList lacks = {}; ///< and those that it does not have; of the rest nothing is known
};

/// The useful parts of a successful answer of the provider's API.
struct Envelope {
    Json result;
    Json resultInfo; ///< null when absent
};

/// The code of a provider; its Facts are data. A provider consists of one of these, a folder of
/// data and the tools that data cannot describe. Signing in, refreshing, sending requests and
/// granting work the same for all. Core thread.
class Provider
{
public:
    Provider() = default;
    Q_DISABLE_COPY_MOVE(Provider)
    virtual ~Provider() = default;

    /// Asks the provider who owns a token and which accounts it can access.
    [[nodiscard]] virtual Task<Result<Identity>> identify(http::HttpClient &client,
                                                          Endpoints endpoints, Secret token,
                                                          store::LoginKind kind,
                                                          std::stop_token stop) const = 0;

    /// Verifies an API token, and tries what it opens. Sends nothing that changes anything, so
    /// that of rights to change nothing is known. An error when it is not valid now.
    [[nodiscard]] virtual Task<Result<TokenCheck>> checkToken(http::HttpClient &client,
                                                              Endpoints endpoints, Secret token,
                                                              Identity identity,
                                                              std::stop_token stop) const = 0;

    /// Unwraps an answer of the API, or returns the error that it reports.
    [[nodiscard]] virtual Result<Envelope> read(const http::ClientResponse &response) const = 0;
    /// What a failed answer means: the provider's own words, who must act, and one action.
    [[nodiscard]] virtual Error failure(const http::ClientResponse &response) const = 0;

    /// Tools and result formats that data cannot describe.
    [[nodiscard]] virtual const tools::Coded &coded() const = 0;
    /// The prompts that the provider publishes; null when it has none. `client` and `clock` must
    /// outlive them.
    [[nodiscard]] virtual std::unique_ptr<mcp::PromptProvider>
    makePrompts(http::HttpClient &client, const Endpoints &endpoints, const Clock &clock) const = 0;
};

} // namespace flaredeck::provider
