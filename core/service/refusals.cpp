#include "core/service/refusals.h"

#include "core/base/whendone.h"
#include "core/http/peerprocess.h"
#include "core/provider/facts.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace flaredeck::service {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostSources = 16;
constexpr Millis kKnownFor = 60'000; ///< a program, before it is looked up again
constexpr qsizetype kLongestAuthority = 100;

/// What stands in Host or Origin, as far as it has the form of a name.
QString shownName(const QByteArray &header)
{
    const QByteArray start = header.left(kLongestAuthority);
    const bool isName = !start.isEmpty() && std::all_of(start.begin(), start.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::strchr(".:-_[]/", c) != nullptr;
    });
    return isName ? QString::fromLatin1(start) : u"(not a name)"_s;
}

QString causeOf(const http::Request &request, const http::Response &refusal)
{
    const auto body = json::parse(refusal.body);
    QString cause =
        body ? json::stringAt(*body, "error_description").value_or(QString()) : QString();
    if (request.headers.contains("Host"))
        cause += u" Host: "_s + shownName(request.headers.value("Host"));
    if (request.headers.contains("Origin"))
        cause += u" Origin: "_s + shownName(request.headers.value("Origin"));
    return cause;
}

} // namespace

Refusals::Refusals(store::AuditTrail &audit, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_audit(audit)
    , m_clock(clock)
{
}

void Refusals::see(const http::Request &request, const http::Response &refusal)
{
    const QString cause = causeOf(request, refusal);
    const Millis now = m_clock.monotonic();
    if (const auto known = m_sources.find(cause); known != m_sources.end()) {
        if (known->waiting > 0)
            ++known->waiting;
        else if (now - known->lookedAt < kKnownFor)
            tell(cause, known->peer, 1);
        else
            look(cause, request.peer);
        return;
    }
    if (m_sources.size() >= kMostSources) {
        m_sources.removeIf([now](const auto &entry) {
            return entry.value().waiting == 0 && now - entry.value().lookedAt >= kKnownFor;
        });
    }
    if (m_sources.size() < kMostSources)
        look(cause, request.peer);
    else
        tell(cause, {}, 1);
}

void Refusals::look(const QString &cause, const http::Peer &peer)
{
    m_sources[cause].waiting = 1;
    whenDone(http::findPeerProcess(peer), this,
             [this, cause](const std::optional<http::PeerProcess> &program) {
                 Source &source = m_sources[cause];
                 source.peer = program ? store::AuditPeer{program->executable, program->pid}
                                       : store::AuditPeer();
                 source.lookedAt = m_clock.monotonic();
                 tell(cause, source.peer, std::exchange(source.waiting, 0));
             });
}

void Refusals::tell(const QString &cause, const store::AuditPeer &peer, int count)
{
    m_audit.note(
        {.kind = store::AuditKind::Blocked, .outcome = cause, .peer = peer, .count = count});
}

WatchedGate::WatchedGate(CorsOf corsOf, IsNavigation isNavigation, Told told)
    : HostGate(corsOf, isNavigation)
    , m_told(std::move(told))
{
    setAccountHeader(provider::facts().accountHeader);
}

std::optional<http::Response> WatchedGate::check(const http::Request &request) const
{
    auto answer = HostGate::check(request);
    if (answer && answer->status == 403)
        m_told(request, *answer);
    return answer;
}

} // namespace flaredeck::service
