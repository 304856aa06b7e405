#include "core/store/audit.h"

#include "core/base/crypto.h"
#include "core/base/plaintext.h"

#include <QDateTime>
#include <QTimeZone>

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace flaredeck::store {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array<std::pair<AuditKind, const char *>, 17> kAuditNames{{
    {AuditKind::Registered, "registered"},
    {AuditKind::Consented, "consented"},
    {AuditKind::ConsentedSilently, "consented_silently"},
    {AuditKind::ApprovalRemembered, "approval_remembered"},
    {AuditKind::ApprovalForgotten, "approval_forgotten"},
    {AuditKind::SteppedUp, "stepped_up"},
    {AuditKind::Denied, "denied"},
    {AuditKind::Refreshed, "refreshed"},
    {AuditKind::ScopesWithdrawn, "scopes_withdrawn"},
    {AuditKind::Revoked, "revoked"},
    {AuditKind::Forgotten, "forgotten"},
    {AuditKind::ReplayDetected, "replay_detected"},
    {AuditKind::Blocked, "blocked"},
    {AuditKind::ClientBlocked, "client_blocked"},
    {AuditKind::ClientUnblocked, "client_unblocked"},
    {AuditKind::SettingsChanged, "settings_changed"},
    {AuditKind::KeyChanged, "key_changed"},
}};

std::string isoTime(Millis time)
{
    return QDateTime::fromMSecsSinceEpoch(time).toUTC().toString(Qt::ISODateWithMs).toStdString();
}

nlohmann::ordered_json members(const AuditRow &row, const QByteArray &previous)
{
    nlohmann::ordered_json json;
    json["seq"] = row.sequence;
    json["time"] = isoTime(row.time);
    json["event"] = row.event.toStdString();
    json["client"] = row.client.toStdString();
    json["client_name"] = row.clientName.toStdString();
    json["grant"] = row.grant.toStdString();
    json["outcome"] = row.outcome.toStdString();
    json["program"] = row.program.toStdString();
    json["pid"] = row.pid;
    json["count"] = row.count;
    json["prev"] = previous.toHex().toStdString();
    return json;
}

QByteArray printed(const nlohmann::ordered_json &json)
{
    return QByteArray::fromStdString(
        json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

} // namespace

QString auditName(AuditKind kind)
{
    for (const auto &[known, name] : kAuditNames) {
        if (known == kind)
            return QString::fromLatin1(name);
    }
    return {};
}

std::optional<AuditKind> auditKind(const QString &name)
{
    for (const auto &[kind, known] : kAuditNames) {
        if (name == QLatin1String(known))
            return kind;
    }
    return std::nullopt;
}

QByteArray audit::genesis()
{
    return {32, '\0'};
}

QByteArray audit::canonical(const AuditRow &row, const QByteArray &previous)
{
    return printed(members(row, previous));
}

QByteArray audit::hashOf(const AuditRow &row, const QByteArray &previous)
{
    return crypto::sha256(canonical(row, previous));
}

QByteArray audit::line(const AuditRow &row, const QByteArray &previous)
{
    nlohmann::ordered_json json = members(row, previous);
    json["hash"] = row.hash.toHex().toStdString();
    return printed(json);
}

QString audit::clean(const QString &text, qsizetype length)
{
    // Half of a pair must not reach the hash; UTF-8 has none.
    const QString whole = QString::fromUtf8(text.simplified().toUtf8());
    return plaintext::cut(plaintext::withoutHidden(whole), length);
}

} // namespace flaredeck::store
