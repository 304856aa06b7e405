#include "core/oauth/consentdetails.h"

#include "core/oauth/clientdocument.h"
#include "core/oauth/redirecturi.h"
#include "core/oauth/rememberedapprovals.h"
#include "core/provider/scopes.h"

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// A client that names no scope leaves the choice to the person, who starts from what only reads.
ScopeSet preselection(const ScopeSet &requested)
{
    if (requested != ScopeSet{scopes::kBaseline})
        return requested;
    ScopeSet readers;
    for (const ScopeInfo &scope : scopes::catalogue()) {
        if (!scope.write)
            readers.insert(scope.name);
    }
    return readers;
}

void describeReceiver(ConsentRequest &consent, const QList<http::PeerProcess> &listeners)
{
    if (listeners.isEmpty())
        return;
    const http::PeerProcess &first = listeners.first();
    consent.programPid = first.pid;
    consent.program = first.title();
    consent.programRunsScripts = first.isInterpreter();
    consent.programArguments = first.commandLine;
    consent.programParent = first.parentName;
    for (const http::PeerProcess &other : listeners) {
        if (other.pid != first.pid)
            consent.otherListener =
                other.executable.isEmpty() ? u"a program that is not known"_s : other.title();
    }
}

ConsentRequest::Asker kindOf(const Requester &requester)
{
    switch (requester.kind) {
    case Requester::Kind::Browser:
        return ConsentRequest::Asker::Browser;
    case Requester::Kind::Client:
        return ConsentRequest::Asker::Client;
    case Requester::Kind::Program:
        return ConsentRequest::Asker::Program;
    case Requester::Kind::Unknown:
        break;
    }
    return ConsentRequest::Asker::Unknown;
}

void describeAsker(ConsentRequest &consent, const AuthorizeRequest &request)
{
    const Requester &asker = request.requester;
    consent.askerKind = kindOf(asker);
    consent.asker = asker.program.title();
    consent.askerPid = asker.program.pid;
    consent.askerParent = asker.program.parentName;
    consent.answersAsker = request.answersRequester();
}

} // namespace

void describeConsent(ConsentRequest &consent, const AuthorizeRequest &request,
                     const QList<http::PeerProcess> &listeners)
{
    const store::Client &client = request.client;
    consent.client = client.id;
    consent.clientName = client.name;
    consent.addedByPerson = client.kind == store::ClientKind::Person;
    if (client.kind == store::ClientKind::Document)
        consent.publishedAt = clientdocument::publisher(client.id.value);
    consent.registeredBy = client.registeredBy;
    describeReceiver(consent, listeners);
    describeAsker(consent, request);
    consent.redirectTarget = redirecturi::describe(request.redirectUri);
    if (redirecturi::needsAddress(request.redirectUri))
        consent.redirectAddress = request.redirectUri;
    consent.leavesComputer = redirecturi::leavesComputer(request.redirectUri);
    consent.firstSeen = client.createdAt;
    consent.lastUsed = client.lastUsedAt;
    consent.requested = request.scopes;
    consent.offered = scopes::all();
    consent.preselected = preselection(request.scopes);
    consent.canRemember = RememberedApprovals::canTell(request, listeners);
}

void describeLogin(ConsentRequest &consent, const UpstreamLogin &login)
{
    consent.lacking = login.lacking;
    // Whoever did not ask for a scope shall not cost the person a sign-in.
    if (consent.requested == ScopeSet{scopes::kBaseline})
        std::erase_if(consent.preselected,
                      [&login](const QString &scope) { return login.lacking.contains(scope); });
    consent.loginLabel = login.label;
    consent.accounts = login.accounts;
}

} // namespace flaredeck::oauth
