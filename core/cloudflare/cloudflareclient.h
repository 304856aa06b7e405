#pragma once

#include "core/base/json.h"
#include "core/cloudflare/credentials.h"
#include "core/store/values.h"

#include <QUrlQuery>

#include <memory>
#include <stop_token>

namespace flaredeck::cloudflare {

struct ApiRequest {
    QByteArray method = "GET";
    QString path; ///< below /client/v4, starting with '/', segments already percent-encoded
    QUrlQuery query = {};
    std::optional<Json> body = {};
    http::Headers headers = {};
    bool safeToRepeat = true; ///< retried on 5xx, 429 and connection errors; false for writes
};

struct ApiResponse {
    int status = 0;
    Json result;     ///< `result` of the envelope; null for text answers
    Json resultInfo; ///< null when absent
    QByteArray text; ///< the raw body
};

/// What one call did upstream, for the activity detail.
using UpstreamTrace = std::shared_ptr<QList<store::UpstreamRequest>>;

/// Cloudflare's REST API v4. Unwraps the envelope; a failure becomes one Error that carries
/// Cloudflare's code and message, who must act, and what to do. Retries twice with jitter where
/// that is safe, honours Retry-After, refreshes once on 401. Core thread.
class CloudflareClient
{
public:
    CloudflareClient(http::HttpClient &client, Credentials &credentials, Endpoints endpoints);
    ~CloudflareClient();

    [[nodiscard]] Task<Result<ApiResponse>> send(LoginId login, ApiRequest request,
                                                 std::stop_token stop, UpstreamTrace trace);

    /// Raw body instead of the envelope (script download).
    [[nodiscard]] Task<Result<ApiResponse>> sendForText(LoginId login, ApiRequest request,
                                                        std::stop_token stop, UpstreamTrace trace);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace flaredeck::cloudflare
