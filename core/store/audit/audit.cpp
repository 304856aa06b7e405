#include "core/store/audit/audit.h"

#include "core/base/crypto.h"
#include "core/base/plaintext.h"

#include <QDateTime>
#include <QRegularExpression>

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace flaredeck::store {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array<std::pair<AuditKind, const char *>, 27> kAuditNames{{
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
    {AuditKind::CallApproved, "call_approved"},
    {AuditKind::RuleChanged, "rule_changed"},
    {AuditKind::ServerAdded, "server_added"},
    {AuditKind::ServerRemoved, "server_removed"},
    {AuditKind::ServerSwitched, "server_switched"},
    {AuditKind::SignedIn, "signed_in"},
    {AuditKind::SignedOut, "signed_out"},
    {AuditKind::SignInEnded, "sign_in_ended"},
    {AuditKind::ToolChanged, "tool_changed"},
    {AuditKind::SettingsChanged, "settings_changed"},
    {AuditKind::KeyChanged, "key_changed"},
    {AuditKind::Pruned, "pruned"},
}};

constexpr std::array<std::pair<AuditPrune::Why, const char *>, 2> kPruneReasons{{
    {AuditPrune::Why::Age, "for their age"},
    {AuditPrune::Why::Number, "for their number"},
}};

/// Whether the rules allow the drop that the row records.
bool mayPrune(const AuditRow &row, const AuditPrune &prune)
{
    return prune.why == AuditPrune::Why::Age
               ? prune.until <= row.time - audit::kKeptFor
               : row.sequence - 1 - prune.upTo >= audit::kMostRows - audit::kPrunedAtOnce;
}

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

QByteArray audit::macOf(const Secret &key, qint64 sequence, const QByteArray &hash)
{
    return crypto::hmacSha256(key.reveal(),
                              "audit seal 1|" + QByteArray::number(sequence) + '|' + hash.toHex());
}

QString audit::pruneInWords(const AuditPrune &prune)
{
    QString why;
    for (const auto &[known, words] : kPruneReasons) {
        if (known == prune.why)
            why = QString::fromLatin1(words);
    }
    return u"Rows up to %1 were dropped %2, none of them newer than %3"_s.arg(
        QString::number(prune.upTo), why, QString::fromStdString(isoTime(prune.until)));
}

std::optional<AuditPrune> audit::allowedPrune(const AuditRow &row)
{
    static const QRegularExpression form(
        u"^Rows up to ([0-9]{1,18}) were dropped (.+), none of them newer than (.+)$"_s);
    const QRegularExpressionMatch parts = form.match(row.outcome);
    if (row.event != auditName(AuditKind::Pruned) || !parts.hasMatch())
        return std::nullopt;
    AuditPrune prune;
    prune.upTo = parts.captured(1).toLongLong();
    prune.until = QDateTime::fromString(parts.captured(3), Qt::ISODateWithMs).toMSecsSinceEpoch();
    for (const auto &[known, words] : kPruneReasons) {
        if (parts.captured(2) == QLatin1String(words))
            prune.why = known;
    }
    // Only the text that pruneInWords() writes is accepted.
    const bool isCanonical = pruneInWords(prune) == row.outcome;
    return isCanonical && prune.upTo < row.sequence && mayPrune(row, prune) ? std::optional(prune)
                                                                            : std::nullopt;
}

QString audit::clean(const QString &text, qsizetype length)
{
    // Half of a surrogate pair must not be hashed: UTF-8 cannot encode it.
    const QString whole = QString::fromUtf8(text.simplified().toUtf8());
    return plaintext::cut(plaintext::withoutHidden(whole), length);
}

} // namespace flaredeck::store
