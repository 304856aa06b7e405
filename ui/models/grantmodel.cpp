#include "ui/models/grantmodel.h"

#include "ui/text/format.h"
#include "ui/text/scopetext.h"
#include "ui/widgets/cell.h"

#include <QCoreApplication>
#include <QStringList>

namespace flaredeck::ui {

using service::GrantView;

namespace {

struct GrantTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::GrantModel)
};

} // namespace

QString granttext::client(const GrantView &grant)
{
    return grant.clientName.isEmpty() ? GrantTexts::tr("Unnamed client") : grant.clientName;
}

QString granttext::accounts(const store::Grant &grant)
{
    if (grant.accounts.isEmpty())
        return GrantTexts::tr("no account");
    return grant.accounts.size() == 1 ? grant.accounts.first().name
                                      : GrantTexts::tr("%1 accounts").arg(grant.accounts.size());
}

QString granttext::lifetime(const store::Grant &grant)
{
    return grant.expiresAt > 0
               ? GrantTexts::tr("until %1").arg(format::moment(grant.expiresAt, format::now()))
               : GrantTexts::tr("until revoked");
}

void GrantModel::setCalls(const QHash<QString, qint64> &calls)
{
    if (m_calls == calls)
        return;
    m_calls = calls;
    touch();
}

QString GrantModel::key(const GrantView &row) const
{
    return row.grant.id.value;
}

QVariant GrantModel::headerCell(int column, int role) const
{
    if (role == Qt::TextAlignmentRole && column == Calls)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (column) {
    case Client:
        return tr("Client");
    case Account:
        return tr("Account");
    case May:
        return tr("May");
    case Granted:
        return tr("Granted");
    case LastUsed:
        return tr("Last used");
    case Calls:
        return tr("Calls");
    default:
        return {};
    }
}

QString GrantModel::text(const GrantView &row, int column) const
{
    switch (column) {
    case Client:
        return granttext::client(row);
    case Account:
        return granttext::accounts(row.grant);
    case May: {
        QStringList labels;
        for (const QString &scope : scopetext::ordered(row.grant.scopes))
            labels << scopetext::shortLabel(scope);
        return labels.join(QStringLiteral(", "));
    }
    case Granted:
        return format::moment(row.grant.createdAt, format::now());
    case LastUsed:
        return format::ago(row.grant.lastUsedAt, format::now());
    case Calls:
        return format::number(callsOf(row.grant.id));
    default:
        return {};
    }
}

QVariant GrantModel::sortValue(const GrantView &row, int column) const
{
    switch (column) {
    case May:
        return int(row.grant.scopes.size());
    case Granted:
        return row.grant.createdAt;
    case LastUsed:
        return row.grant.lastUsedAt;
    case Calls:
        return callsOf(row.grant.id);
    default:
        return text(row, column).toCaseFolded();
    }
}

QVariant GrantModel::cell(const GrantView &row, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(row, column);
    case Qt::ToolTipRole:
        if (column == Granted)
            return format::exact(row.grant.createdAt);
        if (column == LastUsed)
            return format::exact(row.grant.lastUsedAt);
        if (column == Account) {
            QStringList names;
            for (const AccountRef &account : row.grant.accounts)
                names << plaintext::line(account.name);
            return names.join(QLatin1Char('\n'));
        }
        if (column == May) {
            QStringList meanings;
            for (const QString &scope : scopetext::ordered(row.grant.scopes))
                meanings << scopetext::meaning(scope);
            return meanings.join(QLatin1Char('\n'));
        }
        return {};
    case Qt::TextAlignmentRole:
        return int((column == Calls ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case KindRole:
        switch (column) {
        case Client:
            return int(CellKind::Tile);
        case May:
            return int(CellKind::Chips);
        case Granted:
        case LastUsed:
            return int(CellKind::Secondary);
        default:
            return int(CellKind::Text);
        }
    case ChipsRole: {
        QList<Chip> chips;
        for (const QString &scope : scopetext::ordered(row.grant.scopes))
            chips << Chip{scopetext::shortLabel(scope),
                          scopetext::isWrite(scope) ? Tone::Warn : Tone::Neutral};
        return QVariant::fromValue(chips);
    }
    case IdRole:
        return key(row);
    case SortRole:
        return sortValue(row, column);
    default:
        return {};
    }
}

} // namespace flaredeck::ui
