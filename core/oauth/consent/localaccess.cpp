#include "core/oauth/consent/localaccess.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/plaintext.h"
#include "core/base/waiting.h"
#include "core/oauth/clients/programproof.h"
#include "core/oauth/consent/consent.h"
#include "core/oauth/grants/auditpeer.h"
#include "core/provider/scopes.h"

#include <QFileInfo>
#include <QPointer>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kNoes = 1;
constexpr Millis kNoesWithin = 60'000;
constexpr qsizetype kMostAdmitted = 1024;
constexpr std::size_t kMostAsking = 10;
/// What is given to a program that cannot be told again ends after that.
constexpr Millis kUntellableLives = 24LL * 3600 * 1000;
constexpr const char *kFiles = "files";

http::Response denied(const QString &description)
{
    return OAuthError{403, "access_denied", description}.toResponse();
}

/// The program as a client. The system names it, so its own words do not count.
store::Client clientOf(const http::PeerProcess &program)
{
    store::Client client;
    client.kind = store::ClientKind::Program;
    client.id.value =
        u"p_"_s + QString::fromLatin1(crypto::sha256(program.title().toUtf8()).toHex().left(32));
    client.name = plaintext::cut(program.plainName(), 80);
    client.authMethod = u"none"_s;
    client.registeredBy = program.title();
    client.metadata = {{kFiles, crypto::toBase64Url(filesProof(program)).toStdString()}};
    return client;
}

/// Empty when the program cannot be told again.
QString filesOf(const store::Client &client)
{
    return json::stringAt(client.metadata, kFiles).value_or(QString());
}

} // namespace

LocalAccess::LocalAccess(const FlowServices &services, QObject *parent)
    : QObject(parent)
    , m_services(services)
    , m_noes(kNoes, kNoesWithin)
{
}

LocalAccess::~LocalAccess() = default;

void LocalAccess::install(http::HttpServer &server)
{
    server.route(kPath, [self = QPointer(this)](const http::RequestPtr &request,
                                                const http::ExchangePtr &exchange) {
        if (!self || !request->peer.isLocal())
            return exchange->respond(oautherror::notFound().toResponse());
        if (request->method != http::Method::Post)
            return exchange->respond(oautherror::wrongMethod("POST").toResponse());
        self->m_tasks.run(self->admit(request, exchange));
    });
}

CallerPtr LocalAccess::callerOf(const http::Peer &peer)
{
    const auto found = m_admitted.constFind({peer.pid, peer.startedAt});
    return found == m_admitted.cend() ? nullptr : m_services.grants.useHeld(*found);
}

Task<> LocalAccess::admit(http::RequestPtr request, http::ExchangePtr exchange)
{
    const auto looked = co_await waitFor(http::findPeerProcess(request->peer), m_tasks.token());
    if (m_tasks.isStopped())
        co_return;
    const auto program = looked.value_or(std::nullopt);
    if (!program || program->executable.isEmpty()) {
        exchange->respond(denied(u"The system does not tell which program this is."_s));
        co_return;
    }
    if (program->name() == "flaredeck-bridge"_L1) {
        exchange->respond(denied(u"This bridge belongs to another installation of Flaredeck, so it "
                                 "is not known which program started it. Use the bridge beside the "
                                 "Flaredeck that runs."_s));
        co_return;
    }
    const store::Client client = clientOf(*program);
    const auto known = m_services.clients.find(client.id);
    if (known && known->isBlocked()) {
        exchange->respond(denied(u"%1 is blocked in Flaredeck. To let it ask again, unblock it "
                                 "there under Clients."_s.arg(client.name)));
        co_return;
    }
    const QList<store::Grant> grants = m_services.grants.ofClient(client.id);
    if (known && !filesOf(client).isEmpty() && filesOf(*known) == filesOf(client) &&
        !grants.isEmpty()) {
        admitTo(grants.last().id, *program, {exchange, request->peer});
        co_return;
    }
    // Another bridge of the same process.
    if (const auto before = m_programs.constFind({program->pid, program->startedAt});
        before != m_programs.cend() && m_services.grants.find(*before)) {
        admitTo(*before, *program, {exchange, request->peer});
        co_return;
    }
    if (m_noes.waitSeconds(client.id.value.toUtf8(), m_services.clock.monotonic()) > 0) {
        exchange->respond(
            denied(u"The user has just said no to %1 in Flaredeck."_s.arg(client.name)));
        co_return;
    }
    if (!exchange->isOpen())
        co_return;
    if (m_asking.size() >= kMostAsking && !m_asking.contains(client.id.value)) {
        exchange->respond(
            denied(u"Too many programs wait for an answer of the user in Flaredeck."_s));
        co_return;
    }
    wait(client, *program, {exchange, request->peer});
}

void LocalAccess::admitTo(const GrantId &grant, const http::PeerProcess &program,
                          const Waiting &waiting)
{
    m_admitted.insert({waiting.peer.pid, waiting.peer.startedAt}, grant);
    if (program.startedAt > 0)
        m_programs.insert({program.pid, program.startedAt}, grant);
    for (auto *table : {&m_admitted, &m_programs}) {
        if (table->size() >= kMostAdmitted)
            table->removeIf(
                [this](const auto &entry) { return !m_services.grants.find(entry.value()); });
        if (table->size() >= kMostAdmitted)
            table->clear(); // they ask again, and nobody is asked
    }
    waiting.exchange->respond(http::Response::empty(204));
}

void LocalAccess::wait(const store::Client &client, const http::PeerProcess &program,
                       Waiting waiting)
{
    auto &asking = m_asking[client.id.value];
    const bool isFirst = !asking;
    if (isFirst)
        asking = std::make_shared<Asking>();
    connect(waiting.exchange.get(), &http::Exchange::closed, this,
            [this, id = client.id.value, gone = waiting.exchange.get()] {
                const auto found = m_asking.find(id);
                if (found == m_asking.end())
                    return;
                const auto asked = found->second; // stays until its task has ended
                asked->waiting.removeIf(
                    [gone](const Waiting &one) { return one.exchange.get() == gone; });
                if (!asked->waiting.isEmpty())
                    return;
                m_asking.erase(found);
                asked->tasks.stop();
            });
    asking->waiting << std::move(waiting);
    if (isFirst)
        asking->tasks.run(ask(client, program));
}

Task<> LocalAccess::ask(store::Client client, http::PeerProcess program)
{
    const std::stop_token stop = m_asking.at(client.id.value)->tasks.token();
    ConsentRequest shown = describe(client, program);
    const LoginId shownLogin = describeLogin(shown, m_services.logins);
    auto asking = prompt::ask(m_services.prompter, shown, kPatience, stop);
    const auto answer = co_await asking;
    if (stop.stop_requested())
        co_return;
    if (!answer) {
        refuse(client.id, u"Nobody answered in Flaredeck within ten minutes."_s);
        co_return;
    }
    if (!answer->allowed) {
        m_noes.record(client.id.value.toUtf8(), m_services.clock.monotonic());
        m_services.audit.note({.kind = store::AuditKind::Denied,
                               .client = client.id,
                               .outcome = answer->reason,
                               .peer = auditPeer(program)});
        if (answer->blocks && m_services.clients.saveDocument(client))
            emit blockWanted(client.id);
        refuse(client.id, answer->reason.isEmpty() ? u"The request was denied in Flaredeck."_s
                                                   : answer->reason);
        co_return;
    }
    auto login = carrying(m_services.logins, shownLogin, answer->scopes);
    if (!login) {
        auto signingIn = m_services.logins.signIn({}, stop);
        const auto signedIn = co_await signingIn;
        if (stop.stop_requested())
            co_return;
        if (!signedIn) {
            settle(client.id, fail(signedIn.error()), program);
            co_return;
        }
        login = *signedIn;
    }
    settle(client.id, grant(client, program, *answer, *login), program);
}

ConsentRequest LocalAccess::describe(const store::Client &client,
                                     const http::PeerProcess &program) const
{
    ConsentRequest shown;
    shown.id = crypto::randomId();
    shown.expiresAt = m_services.clock.now() + kPatience.count();
    const auto known = m_services.clients.find(client.id);
    shown.client = client.id;
    shown.clientName = client.name;
    shown.isFileName = true;
    shown.registeredBy = client.registeredBy;
    shown.firstSeen = known ? known->createdAt : m_services.clock.now();
    shown.lastUsed = known ? known->lastUsedAt : 0;
    shown.earlierApprovals = m_services.clients.approvals(client.id);
    for (const store::Grant &grant : m_services.grants.ofClient(client.id))
        shown.alreadyGranted.insert(grant.scopes.begin(), grant.scopes.end());
    shown.askerKind = ConsentRequest::Asker::Client;
    shown.asker = program.title();
    shown.askerPid = program.pid;
    shown.askerParent = program.parentName;
    shown.programPid = program.pid;
    shown.program = program.title();
    shown.programRunsScripts = program.isInterpreter();
    shown.programArguments = program.commandLine;
    shown.programParent = program.parentName;
    shown.redirectTarget = u"this computer, through Flaredeck's bridge"_s;
    shown.requested = {scopes::kBaseline};
    shown.offered = scopes::all();
    shown.preselected = preselection(shown.requested, {u"/"_s});
    return shown;
}

Result<GrantId> LocalAccess::grant(const store::Client &client, const http::PeerProcess &program,
                                   const ConsentAnswer &answer, const UpstreamLogin &login)
{
    auto made = newGrant(client, {u"/"_s}, answer, login, m_services.clock.now());
    if (!made)
        return fail(made.error());
    if (const Millis most = made->createdAt + kUntellableLives;
        filesOf(client).isEmpty() && (made->expiresAt == 0 || made->expiresAt > most))
        made->expiresAt = most;
    if (const auto saved = m_services.clients.saveDocument(client); !saved)
        return fail(saved.error());
    m_services.clients.noteAuthorized(client.id);
    const QList<store::Grant> former = m_services.grants.ofClient(client.id);
    if (const auto given = m_services.tokens.give(*made, auditPeer(program), program.title());
        !given)
        return fail(given.error());
    // Those in use belong to another process of the program, whose person said yes as well.
    for (const store::Grant &one : former) {
        if (m_programs.values().contains(one.id))
            continue;
        const auto ended =
            m_services.grants.revoke(one.id, u"Replaced by what was allowed to its program now"_s);
        if (!ended)
            qCWarning(lcOAuth).noquote() << "a replaced grant:" << ended.error().text();
    }
    return made->id;
}

void LocalAccess::settle(const ClientId &client, const Result<GrantId> &grant,
                         const http::PeerProcess &program)
{
    const auto node = m_asking.extract(client.value);
    if (node.empty())
        return;
    for (const Waiting &one : std::exchange(node.mapped()->waiting, {})) {
        one.exchange->disconnect(this);
        if (!grant) {
            one.exchange->respond(denied(grant.error().text()));
            continue;
        }
        admitTo(*grant, program, one);
    }
    // The task that settles is the question's own.
    QMetaObject::invokeMethod(
        this, [asked = node.mapped()] {}, Qt::QueuedConnection);
}

void LocalAccess::refuse(const ClientId &client, const QString &reason)
{
    settle(client, fail(Error::Kind::Denied, reason), {});
}

} // namespace flaredeck::oauth
