#include "core/providers/cloudflare/tokencheck.h"

#include "core/base/clock.h"
#include "core/providers/cloudflare/envelope.h"
#include "core/providers/cloudflare/tokenidentity.h"

#include <QDateTime>

#include <algorithm>
#include <memory>
#include <vector>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;
using provider::TokenCheck;

namespace {

constexpr int kAtOnce = 4;
constexpr qsizetype kMostAccounts = 5; ///< with more, a refusal in these says too little
// What Cloudflare says when a credential is sound and lacks the right: API v4, errors[].code.
constexpr qint64 kAuthenticationError = 10000;
constexpr qint64 kUnauthorized = 9109;

Millis timeAt(const Json &result, const char *key)
{
    const QDateTime time =
        QDateTime::fromString(json::stringAt(result, key).value_or(QString()), Qt::ISODateWithMs);
    return time.isValid() ? time.toMSecsSinceEpoch() : 0;
}

/// What the tasks of one check share.
struct Probing {
    http::HttpClient &client;
    Endpoints endpoints;
    QByteArray authorization; ///< only the header, so that no coroutine frame keeps the secret
    QStringList accounts;
    QList<provider::TokenRight> rights;
    qsizetype next = 0;
    TokenCheck found = {};
};

Task<Tried> tryRight(std::shared_ptr<Probing> shared, QString probe, std::stop_token stop)
{
    const bool byAccount = probe.contains("{account}"_L1);
    const QStringList places = byAccount ? shared->accounts : QStringList{QString()};
    Tried all = places.size() > kMostAccounts || places.isEmpty() ? Tried::Unknown : Tried::Refused;
    const QStringList tried = places.first(qMin(places.size(), kMostAccounts));
    for (const QString &account : tried) {
        QString path = probe;
        path.replace("{account}"_L1, account);
        http::ClientRequest request = requestFor(shared->endpoints, path, shared->authorization);
        const Result<http::ClientResponse> response =
            co_await shared->client.send(std::move(request), stop);
        const Tried here = response ? judgeProbe(*response) : Tried::Unknown;
        if (here == Tried::Opens)
            co_return here;
        if (here == Tried::Unknown)
            all = here;
    }
    co_return all;
}

Task<> tryRights(std::shared_ptr<Probing> shared, std::stop_token stop)
{
    while (shared->next < shared->rights.size() && !stop.stop_requested()) {
        const provider::TokenRight right = shared->rights.at(shared->next++);
        const Tried tried = co_await tryRight(shared, right.probe, stop);
        if (tried == Tried::Opens)
            shared->found.opens << right.id;
        else if (tried == Tried::Refused)
            shared->found.lacks << right.id;
    }
}

} // namespace

Result<> checkTokenForm(const Secret &token)
{
    if (token.reveal().startsWith("cfk_")) {
        return fail(Error::Kind::InvalidInput,
                    u"This is a global API key: it opens everything in your Cloudflare profile, "
                    "and nothing can bound it."_s,
                    u"Make an API token instead, and paste that."_s);
    }
    return {};
}

Result<TokenCheck> readVerification(const Json &result, Millis now)
{
    const QString status = json::stringAt(result, "status").value_or(QString());
    const Millis endsAt = timeAt(result, "expires_on");
    if (status == "expired"_L1 || (endsAt > 0 && endsAt <= now)) {
        return fail(Error::Kind::Unauthorized, u"This token has expired."_s,
                    u"Make a new one at Cloudflare, and paste that."_s);
    }
    if (status != "active"_L1) {
        return fail(Error::Kind::Unauthorized,
                    status == "disabled"_L1
                        ? u"This token is disabled."_s
                        : u"Cloudflare does not say that this token is active."_s,
                    u"Enable it at Cloudflare, or make a new one."_s);
    }
    if (timeAt(result, "not_before") > now) {
        return fail(Error::Kind::Unauthorized, u"This token is not valid yet."_s,
                    u"Change its start at Cloudflare, or make a new one."_s);
    }
    return TokenCheck{endsAt};
}

Tried judgeProbe(const http::ClientResponse &response)
{
    if (response.status >= 200 && response.status <= 299)
        return readEnvelope(response) ? Tried::Opens : Tried::Unknown;
    if (response.status != 403)
        return Tried::Unknown;
    const Result<Json> document = json::parse(response.body);
    const Json *errors = document ? json::find(*document, "errors") : nullptr;
    if (!errors || !errors->is_array())
        return Tried::Unknown;
    const bool lacks = std::any_of(errors->begin(), errors->end(), [](const Json &error) {
        const auto code = json::integerAt(error, "code").value_or(0);
        return code == kAuthenticationError || code == kUnauthorized;
    });
    return lacks ? Tried::Refused : Tried::Unknown;
}

Task<Result<TokenCheck>> checkToken(http::HttpClient &client, Endpoints endpoints, Secret token,
                                    Identity identity, std::stop_token stop)
{
    const auto shared = std::make_shared<Probing>(
        Probing{client, std::move(endpoints), "Bearer " + token.reveal(), {}, {}});
    token = Secret();
    const QString path =
        identity.userId.isEmpty() && !identity.accounts.isEmpty()
            ? u"/accounts/%1/tokens/verify"_s.arg(identity.accounts.constFirst().id)
            : u"/user/tokens/verify"_s;
    http::ClientRequest request = requestFor(shared->endpoints, path, shared->authorization);
    const Result<http::ClientResponse> response = co_await client.send(std::move(request), stop);
    if (!response)
        co_return fail(response.error());
    const Result<provider::Envelope> verified = readEnvelope(*response);
    if (!verified)
        co_return fail(verified.error());
    const Result<TokenCheck> valid = readVerification(verified->result, Clock::system().now());
    if (!valid)
        co_return fail(valid.error());

    shared->found = *valid;
    for (const AccountRef &account : std::as_const(identity.accounts))
        shared->accounts << account.id;
    for (const provider::TokenRight &right : provider::facts().apiTokens.rights) {
        if (!right.probe.isEmpty())
            shared->rights << right;
    }
    std::vector<Task<>> running;
    for (int i = 0; i < kAtOnce; ++i)
        running.push_back(tryRights(shared, stop));
    for (Task<> &task : running)
        co_await task;
    if (stop.stop_requested())
        co_return fail(Error::Kind::Cancelled, u"The check was cancelled."_s);
    co_return TokenCheck(shared->found);
}

} // namespace flaredeck::cloudflare
