#include "ui/models/auditmodel.h"

#include "ui/text/format.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace flaredeck::ui {

using store::AuditKind;
using store::AuditRow;

namespace {

struct AuditTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::AuditModel)
};

QString nothing()
{
    return QStringLiteral("—");
}

} // namespace

QString audittext::event(const AuditRow &row)
{
    const auto kind = store::auditKind(row.event);
    if (!kind)
        return row.event;
    switch (*kind) {
    case AuditKind::Registered:
        return AuditTexts::tr("registered");
    case AuditKind::Consented:
        return AuditTexts::tr("allowed");
    case AuditKind::ConsentedSilently:
        return AuditTexts::tr("allowed, not asked");
    case AuditKind::ApprovalRemembered:
        return AuditTexts::tr("remembered");
    case AuditKind::ApprovalForgotten:
        return AuditTexts::tr("asks again");
    case AuditKind::CallApproved:
        return AuditTexts::tr("call allowed");
    case AuditKind::RuleChanged:
        return AuditTexts::tr("rule changed");
    case AuditKind::SteppedUp:
        return AuditTexts::tr("allowed more");
    case AuditKind::Denied:
        return AuditTexts::tr("denied");
    case AuditKind::Refreshed:
        return AuditTexts::tr("refreshed");
    case AuditKind::ScopesWithdrawn:
        return AuditTexts::tr("scope withdrawn");
    case AuditKind::Revoked:
        return AuditTexts::tr("revoked");
    case AuditKind::Forgotten:
        return AuditTexts::tr("forgotten");
    case AuditKind::ReplayDetected:
        return AuditTexts::tr("replay");
    case AuditKind::Blocked:
        return AuditTexts::tr("blocked");
    case AuditKind::ClientBlocked:
        return AuditTexts::tr("blocked by you");
    case AuditKind::ClientUnblocked:
        return AuditTexts::tr("unblocked by you");
    case AuditKind::ServerAdded:
        return AuditTexts::tr("server added");
    case AuditKind::ServerRemoved:
        return AuditTexts::tr("server removed");
    case AuditKind::ServerSwitched:
        return AuditTexts::tr("server switched");
    case AuditKind::SignedIn:
        return AuditTexts::tr("signed in");
    case AuditKind::SignedOut:
        return AuditTexts::tr("signed out");
    case AuditKind::SignInEnded:
        return AuditTexts::tr("sign-in ended");
    case AuditKind::ToolChanged:
        return AuditTexts::tr("tool changed");
    case AuditKind::KeyChanged:
        return AuditTexts::tr("key changed");
    case AuditKind::Pruned:
        return AuditTexts::tr("old rows dropped");
    case AuditKind::SettingsChanged:
        break;
    }
    return AuditTexts::tr("setting changed");
}

QString audittext::icon(const AuditRow &row)
{
    switch (store::auditKind(row.event).value_or(AuditKind::SettingsChanged)) {
    case AuditKind::Registered:
    case AuditKind::ServerAdded:
        return QStringLiteral("plus");
    case AuditKind::ClientUnblocked:
        return QStringLiteral("info");
    case AuditKind::Consented:
    case AuditKind::ConsentedSilently:
    case AuditKind::ApprovalRemembered:
    case AuditKind::SteppedUp:
    case AuditKind::CallApproved:
    case AuditKind::Refreshed:
    case AuditKind::SignedIn:
        return QStringLiteral("check");
    case AuditKind::Denied:
    case AuditKind::Blocked:
    case AuditKind::ClientBlocked:
        return QStringLiteral("denied");
    case AuditKind::ReplayDetected:
    case AuditKind::SignInEnded:
    case AuditKind::ToolChanged:
        return QStringLiteral("warning");
    case AuditKind::KeyChanged:
        return QStringLiteral("security");
    case AuditKind::ScopesWithdrawn:
    case AuditKind::Revoked:
    case AuditKind::Forgotten:
    case AuditKind::ApprovalForgotten:
    case AuditKind::ServerRemoved:
    case AuditKind::SignedOut:
        return QStringLiteral("cross");
    case AuditKind::Pruned:
    case AuditKind::ServerSwitched:
    case AuditKind::RuleChanged:
    case AuditKind::SettingsChanged:
        break;
    }
    return QStringLiteral("settings");
}

Tone audittext::tone(const AuditRow &row)
{
    switch (store::auditKind(row.event).value_or(AuditKind::SettingsChanged)) {
    case AuditKind::Consented:
    case AuditKind::SignedIn:
        return Tone::Ok;
    case AuditKind::ConsentedSilently:
    case AuditKind::ApprovalRemembered:
    case AuditKind::SteppedUp:
    case AuditKind::CallApproved:
    case AuditKind::Denied:
    case AuditKind::Blocked:
    case AuditKind::SignInEnded:
    case AuditKind::ToolChanged:
        return Tone::Warn;
    case AuditKind::ReplayDetected:
        return Tone::Bad;
    case AuditKind::Registered:
    case AuditKind::Refreshed:
    case AuditKind::ScopesWithdrawn:
    case AuditKind::Revoked:
    case AuditKind::Forgotten:
    case AuditKind::ApprovalForgotten:
    case AuditKind::ClientBlocked:
    case AuditKind::ClientUnblocked:
    case AuditKind::RuleChanged:
    case AuditKind::ServerAdded:
    case AuditKind::ServerRemoved:
    case AuditKind::ServerSwitched:
    case AuditKind::SignedOut:
    case AuditKind::SettingsChanged:
    case AuditKind::KeyChanged:
    case AuditKind::Pruned:
        break;
    }
    return Tone::Neutral;
}

QString audittext::client(const AuditRow &row)
{
    if (!row.clientName.isEmpty())
        return row.clientName;
    return row.client.isEmpty() ? nothing() : AuditTexts::tr("Unnamed client");
}

QString audittext::program(const AuditRow &row)
{
    if (row.program.isEmpty())
        return nothing();
    const QString name = QFileInfo(row.program).fileName();
    return row.pid > 0 ? AuditTexts::tr("%1 · %2", "program, process id")
                             .arg(name, QString::number(row.pid))
                       : name;
}

namespace {

QList<Column<AuditRow>> auditColumns()
{
    return {
        momentColumn<AuditRow>(AuditModel::tr("Time"), CellKind::Mono, format::clockTime,
                               &AuditRow::time),
        {.title = AuditModel::tr("Event"),
         .kind = CellKind::Pill,
         .text =
             [](const AuditRow &row) {
                 return row.count > 1 ? AuditModel::tr("%1 × %2", "times, event")
                                            .arg(format::number(row.count), audittext::event(row))
                                      : audittext::event(row);
             },
         .tone = audittext::tone,
         .icon = audittext::icon},
        {.title = AuditModel::tr("Client"),
         .text = audittext::client,
         .kindOf =
             [](const AuditRow &row) {
                 return row.client.isEmpty() ? CellKind::Secondary : CellKind::Tile;
             }},
        {.title = AuditModel::tr("What happened"),
         .text = &AuditRow::outcome,
         .toolTip = [](const AuditRow &row) { return plaintext::line(row.outcome); }},
        {.title = AuditModel::tr("Program"),
         .kind = CellKind::Secondary,
         .text = audittext::program,
         .toolTip = [](const AuditRow &row) { return plaintext::line(row.program); }},
    };
}

} // namespace

AuditModel::AuditModel(Read read, QObject *parent)
    : PagedModel(auditColumns(), std::move(read), parent)
{
}

} // namespace flaredeck::ui
