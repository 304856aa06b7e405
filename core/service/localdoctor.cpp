// What the running app knows for `doctor`. No names, addresses or secrets: it goes into reports.
#include "core/base/logging.h"
#include "core/service/localverbs.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <cstdlib>

namespace flaredeck::service::localverb {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kLogLines = 5;
constexpr Millis kMinute = 60'000;

Json check(const char *name, bool isWell, const QString &found, const QString &remedy = {})
{
    return {{"check", name},
            {"state", isWell ? "ok" : "problem"},
            {"found", found},
            {"remedy", remedy}};
}

QString withoutAddresses(QString text)
{
    static const QRegularExpression kAddress(uR"([^\s<>"'@]+@[^\s<>"'@]+\.[^\s<>"'@]+)"_s);
    return text.replace(kAddress, u"(e-mail)"_s);
}

Json keychain(const Snapshot &shot)
{
    const bool isWell = shot.keyState == store::KeyState::Ready;
    const QString state = QString::fromLatin1(stateOf(shot.keyState));
    if (isWell || shot.keyProblem == store::KeyProblem::None)
        return check("Keychain", isWell || shot.keyState == store::KeyState::Opening, state,
                     isWell ? QString() : u"It may be waiting for its password."_s);
    const Error problem = store::describe(shot.keyProblem);
    return check("Keychain", false, u"%1: %2"_s.arg(state, problem.message), problem.action);
}

Json signIns(const Snapshot &shot)
{
    int usable = 0;
    int ended = 0;
    for (const store::Login &login : shot.logins) {
        usable += login.state == store::LoginState::Ok ? 1 : 0;
        ended += login.state == store::LoginState::NeedsLogin ? 1 : 0;
    }
    const auto suspended = shot.logins.size() - usable - ended;
    QStringList parts{u"%1 usable"_s.arg(usable)};
    if (ended > 0)
        parts << u"%1 ended"_s.arg(ended);
    if (suspended > 0)
        parts << u"%1 out of reach without the keychain"_s.arg(suspended);
    const bool isWell = ended == 0 && suspended == 0;
    return check("Sign-ins", isWell, parts.join(u", "_s),
                 shot.logins.isEmpty() || ended > 0 ? u"Sign in: flaredeck-core sign-in"_s
                                                    : QString());
}

Json server(const Snapshot &shot)
{
    const bool isWell = shot.server.state == ServerState::Listening;
    return check("Server", isWell,
                 isWell ? shot.server.mcpUrl : QString::fromLatin1(stateOf(shot.server.state)),
                 shot.server.problem);
}

Json clockJump(const ClockWatch &clock)
{
    const Millis by = clock.wall() - clock.steady();
    if (std::abs(by) < ClockWatch::kJump)
        return check("Clock", true, u"not set since the start"_s);
    return check("Clock", false,
                 u"set %1 by %2 min since the start"_s.arg(by > 0 ? u"forward"_s : u"back"_s)
                     .arg(std::abs(by) / kMinute),
                 u"Look whether date and time are right; clients may have to sign in again."_s);
}

Json lastProblems()
{
    Json lines = Json::array();
    if (!LogBook::current())
        return lines;
    QList<LogRecord> records = LogBook::current()->recent();
    records.removeIf([](const LogRecord &record) { return record.level < LogLevel::Warning; });
    records.remove(0, std::max<qsizetype>(0, records.size() - kLogLines));
    for (const LogRecord &record : records)
        lines.push_back({{"loggedAt", record.time},
                         {"level", nameOf(record.level)},
                         {"category", record.category},
                         {"message", withoutAddresses(record.message)}});
    return lines;
}

Json checksOf(const LocalDesk &desk, const Snapshot &shot)
{
    Json rows = Json::array();
    rows.push_back(check("Flaredeck", true,
                         u"runs, %1, pid %2%3"_s.arg(QStringLiteral(FLAREDECK_VERSION))
                             .arg(QCoreApplication::applicationPid())
                             .arg(shot.server.sandbox ? u", sandbox"_s : QString())));
    rows.push_back(server(shot));
    if (shot.server.bridge.isEmpty())
        rows.push_back(check("Bridges", false, u"cannot reach this app"_s,
                             u"Look at the log: flaredeck-core logs"_s));
    rows.push_back(keychain(shot));
    rows.push_back(signIns(shot));
    rows.push_back(check("Clients", true, QString::number(shot.clients.size())));
    rows.push_back(check("Grants", shot.withdrawalProblem.isEmpty(),
                         QString::number(shot.grants.size()), shot.withdrawalProblem));
    rows.push_back(check("Recording calls", shot.historyProblem.isEmpty(),
                         shot.historyProblem.isEmpty() ? u"works"_s : u"had a problem"_s,
                         shot.historyProblem));
    rows.push_back(clockJump(desk.clock));
    return rows;
}

} // namespace

Task<Result<Json>> doctor(LocalDesk &desk, LocalOrder)
{
    const SnapshotPtr shot = desk.snapshot();
    return atOnce(Json{{"rows", checksOf(desk, *shot)},
                       {"log", lastProblems()},
                       {"port", shot->server.port},
                       {"pid", QCoreApplication::applicationPid()}});
}

} // namespace flaredeck::service::localverb
