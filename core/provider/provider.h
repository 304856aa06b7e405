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

/// Whom a credential speaks for.
struct Identity {
    QString userId; ///< empty for a token that belongs to an account
    QString email;
    QList<AccountRef> accounts;

    bool operator==(const Identity &) const = default;
};

/// The useful parts of a successful answer of the provider's API.
struct Envelope {
    Json result;
    Json resultInfo; ///< null when absent
};

/// What a provider is besides its facts, which are data. One of these, a folder of data and the
/// tools that data cannot describe make a provider; signing in, renewing, sending and granting are
/// the same for each. Core thread.
class Provider
{
public:
    Provider() = default;
    Q_DISABLE_COPY_MOVE(Provider)
    virtual ~Provider() = default;

    /// Asks whom a token speaks for and which accounts it reaches.
    [[nodiscard]] virtual Task<Result<Identity>> identify(http::HttpClient &client,
                                                          Endpoints endpoints, Secret token,
                                                          store::LoginKind kind,
                                                          std::stop_token stop) const = 0;

    /// Unwraps an answer of the API, or says why it is a failure.
    [[nodiscard]] virtual Result<Envelope> read(const http::ClientResponse &response) const = 0;
    /// What a failed answer means: the provider's own words, who must act, and one action.
    [[nodiscard]] virtual Error failure(const http::ClientResponse &response) const = 0;

    /// Tools and forms of results that data cannot describe.
    [[nodiscard]] virtual const tools::Coded &coded() const = 0;
    /// The prompts that it publishes; null when it has none. `client` and `clock` outlive them.
    [[nodiscard]] virtual std::unique_ptr<mcp::PromptProvider>
    makePrompts(http::HttpClient &client, const Endpoints &endpoints, const Clock &clock) const = 0;
};

} // namespace flaredeck::provider
