#include "ui/models/grantmodel.h"

#include "ui/text/format.h"
#include "ui/text/scopetext.h"

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

namespace {

/// The result of `say` for each scope of the grant, in the catalogue's order.
QStringList eachScope(const GrantView &row, QString (*say)(const QString &scope))
{
    QStringList said;
    for (const QString &scope : scopetext::ordered(row.grant.scopes))
        said << say(scope);
    return said;
}

QList<Chip> scopeChips(const GrantView &row)
{
    QList<Chip> chips;
    for (const QString &scope : scopetext::ordered(row.grant.scopes))
        chips << Chip{scopetext::shortLabel(scope),
                      scopetext::isWrite(scope) ? Tone::Warn : Tone::Neutral};
    return chips;
}

QString accountLines(const GrantView &row)
{
    QStringList names;
    for (const AccountRef &account : row.grant.accounts)
        names << plaintext::line(account.name);
    return names.join(QLatin1Char('\n'));
}

} // namespace

GrantModel::GrantModel(QObject *parent)
    : RowModel(
          {
              {.title = tr("Client"), .kind = CellKind::Tile, .text = granttext::client},
              {.title = tr("Account"),
               .text = [](const GrantView &row) { return granttext::accounts(row.grant); },
               .toolTip = accountLines},
              {.title = tr("May"),
               .kind = CellKind::Chips,
               .text =
                   [](const GrantView &row) {
                       return eachScope(row, scopetext::shortLabel).join(QStringLiteral(", "));
                   },
               .sort = [](const GrantView &row) { return int(row.grant.scopes.size()); },
               .toolTip =
                   [](const GrantView &row) {
                       return eachScope(row, scopetext::meaning).join(QLatin1Char('\n'));
                   },
               .chips = scopeChips},
              momentColumn<GrantView>(tr("Granted"), CellKind::Secondary, format::moment,
                                      [](const GrantView &row) { return row.grant.createdAt; }),
              momentColumn<GrantView>(tr("Last used"), CellKind::Secondary, format::ago,
                                      [](const GrantView &row) { return row.grant.lastUsedAt; }),
              {.title = tr("Calls"),
               .text =
                   [this](const GrantView &row) { return format::number(callsOf(row.grant.id)); },
               .sort = [this](const GrantView &row) { return callsOf(row.grant.id); },
               .isNumber = true},
          },
          parent)
{
}

void GrantModel::setCalls(const QHash<QString, qint64> &calls)
{
    if (m_calls == calls)
        return;
    m_calls = calls;
    touch();
}

} // namespace flaredeck::ui
