#include "core/remote/connectionprivate.h"

#include "core/base/plaintext.h"
#include "core/base/waiting.h"
#include "core/mcp/errorcodes.h"
#include "core/mcp/metakeys.h"

#include <utility>

namespace flaredeck::remote {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr Millis kRevisionKept = 24LL * 3600 * 1000;
constexpr qsizetype kMostInstructions = 4000;
constexpr qsizetype kMostName = 200;

/// Errors that only a server of the newer era sends.
bool isModernError(int code)
{
    return code == mcp::kHeaderMismatch || code == mcp::kMissingClientCapability ||
           code == mcp::kUnsupportedProtocolVersion;
}

} // namespace

Task<Result<>> Connection::Private::ensureOpen(mcp::CallContextPtr context, std::stop_token stop)
{
    if (isOpen)
        co_return Result<>();
    if (!opening || opening->isFinished()) {
        auto opened = std::make_shared<QPromise<Result<>>>();
        opened->start();
        opening = opened->future();
        tasks.run(open(context, opened));
    }
    const QFuture<Result<>> future = *opening;
    const auto done = co_await waitFor(future, stop);
    co_return done.value_or(fail(Error::Kind::Cancelled, u"The call was cancelled."_s));
}

Task<> Connection::Private::open(mcp::CallContextPtr context,
                                 std::shared_ptr<QPromise<Result<>>> opened)
{
    // For all that wait: what it may ask of a client is what the first of them can answer.
    auto shaking = shakeHands(std::move(context));
    const Result<> done = co_await shaking;
    isOpen = done.has_value();
    opened->addResult(done);
    opened->finish();
}

Task<Result<>> Connection::Private::shakeHands(mcp::CallContextPtr context)
{
    const bool isFresh = !spoken.name.isEmpty() && clock.now() - spoken.at < kRevisionKept &&
                         clock.now() >= spoken.at;
    if (isFresh && isModern())
        co_return Result<>();
    if (!isFresh) {
        auto discovering = discover();
        const std::optional<Result<>> discovered = co_await discovering;
        if (discovered)
            co_return *discovered;
    }
    auto initializing = initialize(std::move(context));
    co_return co_await initializing;
}

Task<std::optional<Result<>>> Connection::Private::discover()
{
    const SpokenRevision before = spoken;
    const QString modern = QString::fromLatin1(wire::kModern);
    std::optional<Result<>> done;
    for (int attempt = 0; attempt < 2 && !done; ++attempt) {
        forgetSession();
        spoken.name = modern;
        auto asking = single("server/discover", Json::object(), Json(), nullptr, tasks.token());
        const Sent sent = co_await asking;
        if (sent.outcome) {
            if (!json::stringsAt(*sent.outcome, "supportedVersions").contains(modern))
                break;
            takeDescription(*sent.outcome);
            setSpoken(modern);
            done = Result<>();
        } else if (sent.errorCode == mcp::kUnsupportedProtocolVersion) {
            // Some refuse what they then say that they support.
            if (!json::stringsAt(sent.errorData, "supported").contains(modern))
                break;
            if (attempt > 0)
                done = fail(sent.outcome.error());
        } else if (isModernError(sent.errorCode) || sent.status == 401 || sent.status == 403 ||
                   sent.status == 429 || sent.status >= 500 || sent.status == 0 ||
                   (sent.status >= 300 && sent.status < 400)) {
            done = fail(sent.outcome.error());
        } else {
            break;
        }
    }
    if (!done)
        spoken = {};
    else if (!*done)
        spoken = before;
    co_return done;
}

Task<Result<>> Connection::Private::initialize(mcp::CallContextPtr context)
{
    forgetSession();
    spoken.name = QString::fromLatin1(wire::kLegacy);
    const Json capabilities = wire::capabilitiesOf(context.get());
    mayAsk = !capabilities.empty();
    const Json params{{"protocolVersion", wire::kLegacy.toStdString()},
                      {"capabilities", capabilities},
                      {"clientInfo", wire::clientInfo()}};
    isInitializing = true;
    auto sending = single("initialize", params, Json(), nullptr, tasks.token());
    const Sent sent = co_await sending;
    isInitializing = false;
    if (!sent.outcome) {
        spoken = {};
        if (sent.status == 404 || sent.status == 405) {
            co_return fail(Error::Kind::Upstream,
                           u"At %1 there is no MCP server that Flaredeck can speak with."_s.arg(
                               server.url.toString()),
                           u"Check the address: it often ends with /mcp."_s);
        }
        co_return fail(sent.outcome.error());
    }
    const QString revision = json::stringAt(*sent.outcome, "protocolVersion").value_or(QString());
    if (!wire::isLegacyRevision(revision)) {
        spoken = {};
        co_return fail(Error::Kind::Upstream,
                       u"%1 speaks a revision of MCP that Flaredeck does not know: %2."_s.arg(
                           server.title, plaintext::line(plaintext::cut(revision, 40))));
    }
    takeDescription(*sent.outcome);
    if (const Json *offered = json::find(*sent.outcome, "capabilities")) {
        const Json *tools = json::find(*offered, "tools");
        tellsOfLists = tools && json::boolAt(*tools, "listChanged").value_or(false);
    }
    setSpoken(revision);
    auto telling = notify("notifications/initialized", Json());
    co_await telling;
    listenSoon();
    co_return Result<>();
}

void Connection::Private::takeDescription(const Json &answer)
{
    // In the newer era a result says in its _meta who made it.
    const Json *meta = json::find(answer, "_meta");
    const Json *info = json::find(answer, "serverInfo");
    if (!info && meta)
        info = json::find(*meta, mcp::meta::kServerInfo);
    if (info) {
        const QString words = json::stringAt(*info, "name").value_or(QString()) + u' ' +
                              json::stringAt(*info, "version").value_or(QString());
        version = plaintext::line(plaintext::cut(words.trimmed(), kMostName));
    }
    instructions = plaintext::block(plaintext::cut(
        json::stringAt(answer, "instructions").value_or(QString()), kMostInstructions));
}

void Connection::Private::setSpoken(const QString &revision)
{
    spoken = {revision, clock.now()};
    emit q.spokenChanged();
}

bool Connection::Private::isStale(const Sent &sent, bool hadSession, bool wasModern)
{
    if (sent.outcome)
        return false;
    if (wasModern)
        return sent.errorCode == mcp::kUnsupportedProtocolVersion ||
               ((sent.status == 404 || sent.status == 405) && sent.errorCode == 0);
    // Servers say it with 404, some with 400; what they refuse for another reason has a code.
    const bool isOfSession = sent.errorCode == 0 || sent.errorCode == rpc::kServerError ||
                             sent.errorCode == mcp::kSessionNotFound;
    return hadSession && (sent.status == 404 || (sent.status == 400 && isOfSession));
}

void Connection::Private::forgetSession()
{
    isOpen = false;
    session.clear();
    if (const ExchangePtr stream = std::exchange(listened, nullptr))
        stream->transfer.request_stop();
}

} // namespace flaredeck::remote
