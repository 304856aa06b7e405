#include "core/providers/cloudflare/tokenidentity.h"

#include "core/providers/cloudflare/envelope.h"

#include <QUrlQuery>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

using UserProbe = Probe<Identity>;
using AccountsProbe = Probe<QList<AccountRef>>;

/// Ranks two failures by what they say about the next step: an outage hides everything else, a bad
/// token everything below it.
int weight(int status)
{
    if (status == 0 || status >= 500)
        return 5;
    switch (status) {
    case 429:
        return 4;
    case 401:
        return 3;
    case 403:
        return 2;
    case 400:
        return 1;
    default:
        return 0;
    }
}

/// Cloudflare answers 400 to a token that is malformed.
Error explain(int status, Error error)
{
    if (status == 400 || status == 401) {
        error.kind = Error::Kind::Unauthorized;
        error.message = u"Cloudflare does not accept this token."_s;
        error.action = u"Check that it is complete and has not expired."_s;
    } else if (status == 403) {
        error.action = u"The token must be allowed to read user details and account settings."_s;
    }
    return error;
}

Error noAccount()
{
    return {Error::Kind::Denied, u"This sign-in reaches no Cloudflare account."_s,
            u"Choose an account at sign-in; if none can be chosen, its administrator may have "
            "switched off access for OAuth apps."_s};
}

struct Page {
    int status = 0;
    Result<provider::Envelope> envelope;
};

Task<Page> ask(http::HttpClient &client, http::ClientRequest request, std::stop_token stop)
{
    const Result<http::ClientResponse> response = co_await client.send(std::move(request), stop);
    if (!response)
        co_return Page{0, fail(response.error())};
    co_return Page{response->status, readEnvelope(*response)};
}

Task<UserProbe> askUser(http::HttpClient &client, Endpoints endpoints, QByteArray authorization,
                        std::stop_token stop)
{
    http::ClientRequest request = requestFor(endpoints, u"/user"_s, authorization);
    const Page page = co_await ask(client, std::move(request), stop);
    if (!page.envelope)
        co_return UserProbe{page.status, fail(page.envelope.error())};
    Identity identity;
    identity.userId = json::stringAt(page.envelope->result, "id").value_or(QString());
    identity.email = json::stringAt(page.envelope->result, "email").value_or(QString());
    co_return UserProbe{page.status, std::move(identity)};
}

Task<AccountsProbe> askAccounts(http::HttpClient &client, Endpoints endpoints,
                                QByteArray authorization, std::stop_token stop)
{
    QList<AccountRef> accounts;
    int status = 0;
    for (int number = 1; number <= kMostPages; ++number) {
        http::ClientRequest request =
            requestFor(endpoints, u"/accounts?page=%1&per_page=%2"_s.arg(number).arg(kPageSize),
                       authorization);
        const Page page = co_await ask(client, std::move(request), stop);
        if (!page.envelope)
            co_return AccountsProbe{page.status, fail(page.envelope.error())};
        status = page.status;
        if (page.envelope->result.is_array()) {
            for (const Json &entry : page.envelope->result) {
                const QString id = json::stringAt(entry, "id").value_or(QString());
                if (!id.isEmpty())
                    accounts << AccountRef{id, json::stringAt(entry, "name").value_or(id)};
            }
        }
        if (number >= json::integerAt(page.envelope->resultInfo, "total_pages").value_or(1))
            break;
    }
    co_return AccountsProbe{status, std::move(accounts)};
}

} // namespace

http::ClientRequest requestFor(const Endpoints &endpoints, const QString &path,
                               const QByteArray &authorization)
{
    http::ClientRequest request;
    request.url = QUrl::fromEncoded(endpoints.api.toEncoded() + path.toUtf8());
    request.headers.append("Authorization", authorization);
    request.headers.append("Accept", "application/json");
    return request;
}

TokenOwner ownerOf(const Secret &token)
{
    if (token.reveal().startsWith("cfat_"))
        return TokenOwner::Account;
    if (token.reveal().startsWith("cfut_") || token.reveal().startsWith("cfoat_"))
        return TokenOwner::User;
    return TokenOwner::Unknown;
}

Result<Identity> judgeIdentity(const Probe<Identity> &user,
                               const Probe<QList<AccountRef>> &accounts, TokenOwner owner)
{
    if (owner == TokenOwner::Account) {
        if (!accounts.value)
            return fail(explain(accounts.status, accounts.value.error()));
        if (accounts.value->size() != 1) {
            return fail(
                Error::Kind::Denied,
                u"An account token must reach exactly one account; this one reaches %1."_s.arg(
                    accounts.value->size()),
                u"Create the token again for one account."_s);
        }
        return Identity{{}, accounts.value->first().name, *accounts.value};
    }
    if (!user.value && !accounts.value) {
        return weight(user.status) >= weight(accounts.status)
                   ? fail(explain(user.status, user.value.error()))
                   : fail(explain(accounts.status, accounts.value.error()));
    }
    if (!accounts.value)
        return fail(explain(accounts.status, accounts.value.error()));
    if (!user.value) {
        // An outage or a rate limit says nothing about the owner.
        const bool refusedUser = user.status > 0 && user.status < 429;
        if (owner == TokenOwner::Unknown && refusedUser && !accounts.value->isEmpty()) {
            const AccountRef account = accounts.value->first();
            return Identity{{}, account.name, {account}};
        }
        return fail(explain(user.status, user.value.error()));
    }
    if (user.value->userId.isEmpty()) {
        return fail(Error::Kind::Unauthorized, u"Cloudflare did not say whose sign-in this is."_s,
                    u"Sign in again."_s);
    }
    if (accounts.value->isEmpty())
        return fail(noAccount());
    Identity identity = *user.value;
    identity.accounts = *accounts.value;
    return identity;
}

Task<Result<Identity>> probeIdentity(http::HttpClient &client, Endpoints endpoints, Secret token,
                                     TokenOwner owner, std::stop_token stop)
{
    const QByteArray authorization = "Bearer " + token.reveal();
    Task<AccountsProbe> accountsTask = askAccounts(client, endpoints, authorization, stop);
    UserProbe user{0, fail(Error::Kind::NotFound, u"The token has no user."_s)};
    if (owner != TokenOwner::Account)
        user = co_await askUser(client, endpoints, authorization, stop);
    const AccountsProbe accounts = co_await accountsTask;
    co_return judgeIdentity(user, accounts, owner);
}

} // namespace flaredeck::cloudflare
