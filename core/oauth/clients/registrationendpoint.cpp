#include "core/oauth/clients/registrationendpoint.h"

#include "core/base/crypto.h"
#include "core/base/waiting.h"
#include "core/http/peerprocess.h"
#include "core/oauth/clients/registration.h"
#include "core/oauth/endpoints/mediatype.h"
#include "core/oauth/grants/auditpeer.h"

#include <algorithm>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kMaxRegistrationBytes = 64LL * 1024;
const QByteArray kClientPrefix = QByteArrayLiteral("/register/");

/// Empty when the request shows no bearer token.
QByteArray shownToken(const http::Request &request)
{
    const QByteArray header = request.headers.value("Authorization");
    return header.left(7).toLower() == "bearer " ? header.mid(7).trimmed() : QByteArray();
}

Answer<store::Client> readRegistration(const http::Request &request)
{
    if (request.method != http::Method::Post)
        return refuse(oautherror::wrongMethod("POST"));
    if (!hasMediaType(request, "application/json"))
        return refuse(415, "invalid_request", u"Send the client metadata as application/json."_s);
    if (request.body.size() > kMaxRegistrationBytes)
        return refuse(413, "invalid_request", u"The client metadata is larger than 64 KiB."_s);
    return registration::parse(request.body, request.peer.localPort);
}

registration::Management managementOf(const http::Request &request, const store::Client &client,
                                      const QByteArray &token)
{
    return {request.origin() + kClientPrefix + client.id.value.toLatin1(), token};
}

} // namespace

RegistrationEndpoint::RegistrationEndpoint(store::AuditTrail &audit, ClientRegistry &clients,
                                           Forget forget, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_audit(audit)
    , m_clients(clients)
    , m_forget(std::move(forget))
    , m_clock(clock)
    , m_perMinute({.process = 10, .program = 20, .all = 120}, 60'000)
    , m_perHour({.process = 60, .program = 120, .all = 600}, 3'600'000)
    , m_wrongTokens(20, 60'000)
{
}

void RegistrationEndpoint::install(http::HttpServer &server)
{
    server.route("/register",
                 [this](const http::RequestPtr &request, const http::ExchangePtr &exchange) {
                     m_tasks.run(answerRegistration(request, exchange));
                 });
    server.routePrefix(kClientPrefix,
                       [this](const http::RequestPtr &request, const http::ExchangePtr &exchange) {
                           m_tasks.run(answerManagement(request, exchange));
                       });
}

Task<> RegistrationEndpoint::answerRegistration(http::RequestPtr request,
                                                http::ExchangePtr exchange)
{
    if (request->method == http::Method::Post && !m_isOpen) {
        const OAuthError closed{
            403, "access_denied",
            u"Clients cannot register themselves here. The owner of this computer can allow "
            "it in Flaredeck's settings, under Server."_s};
        exchange->respond(closed.toResponse());
        co_return;
    }
    const auto draft = readRegistration(*request);
    if (!draft) {
        exchange->respond(draft.error().toResponse());
        co_return;
    }
    const Millis now = m_clock.monotonic();
    if (const int wait = std::max(m_perMinute.waitSeconds(now), m_perHour.waitSeconds(now));
        wait > 0) {
        exchange->respond(refuseMore(wait, {}));
        co_return;
    }
    // Asked while the connection is open: afterwards the system no longer knows who it was.
    const auto program = co_await waitFor(http::findPeerProcess(request->peer), m_tasks.token());
    if (program)
        exchange->respond(add(*request, *draft, *program));
}

http::Response RegistrationEndpoint::add(const http::Request &request, const store::Client &draft,
                                         const std::optional<http::PeerProcess> &program)
{
    const Millis now = m_clock.monotonic();
    const store::AuditPeer peer = auditPeer(program);
    if (const int wait =
            std::max(m_perMinute.waitSeconds(program, now), m_perHour.waitSeconds(program, now));
        wait > 0)
        return refuseMore(wait, peer);
    m_perMinute.record(program, now);
    m_perHour.record(program, now);

    const auto added = m_clients.add(draft, peer);
    if (!added)
        return oautherror::from(added.error()).toResponse();
    return http::Response::json(
        201,
        registration::print(added->client, added->secret,
                            managementOf(request, added->client, added->registrationToken)),
        oautherror::noStore());
}

http::Response RegistrationEndpoint::refuseMore(int waitSeconds, const store::AuditPeer &peer)
{
    m_audit.note({.kind = store::AuditKind::Blocked,
                  .outcome = u"Too many clients registered"_s,
                  .peer = peer});
    return oautherror::tooMany(u"Too many clients have registered just now."_s, waitSeconds)
        .toResponse();
}

Task<> RegistrationEndpoint::answerManagement(http::RequestPtr request, http::ExchangePtr exchange)
{
    // A client that wants to be another one registers anew and is asked about anew.
    const bool isDelete = request->method == http::Method::Delete;
    if (!isDelete && request->method != http::Method::Get) {
        exchange->respond(oautherror::wrongMethod("GET, DELETE").toResponse());
        co_return;
    }
    auto client = identify(*request);
    if (!client) {
        exchange->respond(refuseToken(client.error()));
        co_return;
    }
    if (client->isBlocked()) {
        // It could take the record of its block away with it.
        exchange->respond(
            OAuthError{403, "access_denied", u"This client is blocked in Flaredeck."_s}
                .toResponse());
        co_return;
    }
    if (!isDelete) {
        exchange->respond(http::Response::json(
            200,
            registration::print(*client, {}, managementOf(*request, *client, shownToken(*request))),
            oautherror::noStore()));
        co_return;
    }
    const auto program = co_await waitFor(
        http::findPeerProcess(request->peer, http::LookUp::ForKnownClient), m_tasks.token());
    if (!program)
        co_return;
    // It may have gone meanwhile.
    client = identify(*request);
    if (!client) {
        exchange->respond(refuseToken(client.error()));
        co_return;
    }
    const auto forgotten = m_forget(client->id, auditPeer(*program));
    exchange->respond(forgotten ? http::Response::empty(204, oautherror::noStore())
                                : oautherror::from(forgotten.error()).toResponse());
}

Answer<store::Client> RegistrationEndpoint::identify(const http::Request &request) const
{
    // One answer for everything, since an id is no secret and must not become a question that this
    // address answers (RFC 7592 §2.1).
    const OAuthError wrong{401, "invalid_token",
                           u"This is not the registration access token of that client."_s};
    const QByteArray token = shownToken(request);
    const auto client =
        m_clients.find({QString::fromLatin1(request.path.mid(kClientPrefix.size()))});
    if (token.isEmpty() || !client || client->registrationTokenHash.isEmpty() ||
        !crypto::equalInConstantTime(crypto::sha256(token), client->registrationTokenHash))
        return refuse(wrong);
    return *client;
}

/// Only failures are counted, so nobody else keeps a client from its registration.
http::Response RegistrationEndpoint::refuseToken(const OAuthError &error)
{
    if (const int wait = m_wrongTokens.take({}, m_clock.monotonic()); wait > 0) {
        const QString cause = u"Too many wrong registration access tokens were shown"_s;
        m_audit.note({.kind = store::AuditKind::Blocked, .outcome = cause});
        return oautherror::tooMany(cause + u'.', wait).toResponse();
    }
    http::Response response = error.toResponse();
    response.headers.set("WWW-Authenticate", R"(Bearer error="invalid_token")");
    return response;
}

} // namespace flaredeck::oauth
