#pragma once

#include "core/base/json.h"
#include "core/provider/credentials.h"
#include "core/provider/provider.h"
#include "core/store/values.h"

#include <QUrlQuery>

#include <memory>
#include <stop_token>

namespace flaredeck::provider {

struct ApiRequest {
    QByteArray method = "GET";
    QString path; ///< below Endpoints::api, starting with '/', segments already percent-encoded
    QUrlQuery query = {};
    std::optional<Json> body = {};
    http::Headers headers = {};
    bool safeToRepeat = true; ///< retried on 5xx, 429 and connection errors; false for writes
    /// Endpoints::site() that is asked instead of the API, without a credential. For sendForText().
    QString site = {};
    int timeoutMs = 30'000;
};

struct ApiResponse {
    int status = 0;
    Json result;     ///< `result` of the envelope; null for text answers
    Json resultInfo; ///< null when absent
    QByteArray text; ///< the raw body
};

/// The upstream requests of one call, for the activity detail.
using UpstreamTrace = std::shared_ptr<QList<store::UpstreamRequest>>;

/// The provider's REST API. Unwraps the envelope; a failure becomes one Error that carries the
/// provider's words, who must act, and what to do. Retries twice with jitter where that is safe,
/// honours Retry-After, and refreshes the token once on 401. Core thread.
class ApiClient
{
public:
    ApiClient(const Provider &provider, http::HttpClient &client, Credentials &credentials,
              Endpoints endpoints);
    ~ApiClient();

    [[nodiscard]] Task<Result<ApiResponse>> send(LoginId login, ApiRequest request,
                                                 std::stop_token stop, UpstreamTrace trace);

    /// Raw body instead of the envelope (script download, public sites).
    [[nodiscard]] Task<Result<ApiResponse>> sendForText(LoginId login, ApiRequest request,
                                                        std::stop_token stop, UpstreamTrace trace);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace flaredeck::provider
