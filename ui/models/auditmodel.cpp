#include "ui/models/auditmodel.h"

#include "core/base/plaintext.h"
#include "ui/text/format.h"
#include "ui/text/surface.h"
#include "ui/widgets/cell.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>

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
        return QStringLiteral("plus");
    case AuditKind::ClientUnblocked:
        return QStringLiteral("info");
    case AuditKind::Consented:
    case AuditKind::ConsentedSilently:
    case AuditKind::ApprovalRemembered:
    case AuditKind::SteppedUp:
    case AuditKind::Refreshed:
        return QStringLiteral("check");
    case AuditKind::Denied:
    case AuditKind::Blocked:
    case AuditKind::ClientBlocked:
        return QStringLiteral("denied");
    case AuditKind::ReplayDetected:
        return QStringLiteral("warning");
    case AuditKind::KeyChanged:
        return QStringLiteral("security");
    case AuditKind::ScopesWithdrawn:
    case AuditKind::Revoked:
    case AuditKind::Forgotten:
    case AuditKind::ApprovalForgotten:
        return QStringLiteral("cross");
    case AuditKind::Pruned:
    case AuditKind::SettingsChanged:
        break;
    }
    return QStringLiteral("settings");
}

Tone audittext::tone(const AuditRow &row)
{
    switch (store::auditKind(row.event).value_or(AuditKind::SettingsChanged)) {
    case AuditKind::Consented:
        return Tone::Ok;
    case AuditKind::ConsentedSilently:
    case AuditKind::ApprovalRemembered:
    case AuditKind::SteppedUp:
    case AuditKind::Denied:
    case AuditKind::Blocked:
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

AuditModel::AuditModel(Read read, QObject *parent)
    : QAbstractTableModel(parent)
    , m_read(std::move(read))
{
}

Result<> AuditModel::update()
{
    const auto page = m_read(0, kPage);
    if (!page)
        return fail(page.error());
    const qint64 newest = m_rows.isEmpty() ? 0 : m_rows.first().sequence;
    const auto known = std::find_if(page->begin(), page->end(), [newest](const AuditRow &row) {
        return row.sequence <= newest;
    });
    const auto added = int(std::distance(page->begin(), known));
    // Known ones that changed were tampered with, or the vault is another one.
    const bool fits = known != page->end() && *known == m_rows.first();
    if (!fits) {
        beginResetModel();
        m_rows = *page;
        m_more = page->size() == kPage;
        endResetModel();
    } else if (added > 0) {
        beginInsertRows({}, 0, added - 1);
        m_rows = page->first(added) + m_rows;
        endInsertRows();
    }
    return {};
}

void AuditModel::clear()
{
    beginResetModel();
    m_rows.clear();
    m_more = false;
    endResetModel();
}

void AuditModel::touch()
{
    if (!m_rows.isEmpty())
        emit dataChanged(index(0, Time), index(int(m_rows.size()) - 1, Time));
}

const AuditRow *AuditModel::find(const QString &id) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [&id](const AuditRow &row) {
        return QString::number(row.sequence) == id;
    });
    return found == m_rows.end() ? nullptr : &*found;
}

int AuditModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int AuditModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString AuditModel::text(const AuditRow &row, int column) const
{
    switch (column) {
    case Time:
        return format::clockTime(row.time, format::now());
    case Event:
        return row.count > 1 ? tr("%1 × %2", "times, event")
                                   .arg(format::number(row.count), audittext::event(row))
                             : audittext::event(row);
    case Client:
        return audittext::client(row);
    case Outcome:
        return row.outcome;
    case Program:
        return audittext::program(row);
    default:
        return {};
    }
}

QVariant AuditModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const AuditRow &row = m_rows.at(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return plaintext::line(text(row, column));
    case Qt::ToolTipRole:
        if (column == Time)
            return format::exact(row.time);
        return column == Program   ? surface::toolTip(plaintext::line(row.program))
               : column == Outcome ? surface::toolTip(plaintext::line(row.outcome))
                                   : QString();
    case KindRole:
        switch (column) {
        case Time:
            return int(CellKind::Mono);
        case Event:
            return int(CellKind::Pill);
        case Client:
            return int(row.client.isEmpty() ? CellKind::Secondary : CellKind::Tile);
        case Program:
            return int(CellKind::Secondary);
        default:
            return int(CellKind::Text);
        }
    case ToneRole:
        return column == Event ? int(audittext::tone(row)) : int(Tone::Neutral);
    case IconRole:
        return column == Event ? audittext::icon(row) : QString();
    case IdRole:
        return QString::number(row.sequence);
    default:
        return {};
    }
}

QVariant AuditModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time:
        return tr("Time");
    case Event:
        return tr("Event");
    case Client:
        return tr("Client");
    case Outcome:
        return tr("What happened");
    case Program:
        return tr("Program");
    default:
        return {};
    }
}

bool AuditModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && m_more;
}

void AuditModel::fetchMore(const QModelIndex &parent)
{
    if (parent.isValid() || !m_more)
        return;
    const auto page = m_read(m_rows.last().sequence, kPage);
    // A failure shows at the next update().
    m_more = page && page->size() == kPage;
    if (!page || page->isEmpty())
        return;
    const int first = int(m_rows.size());
    beginInsertRows({}, first, first + int(page->size()) - 1);
    m_rows += *page;
    endInsertRows();
}

} // namespace flaredeck::ui
