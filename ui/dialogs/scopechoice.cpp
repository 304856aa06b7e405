#include "ui/dialogs/scopechoice.h"

#include "core/provider/scopes.h"
#include "ui/dialogs/scoperows.h"
#include "ui/text/scopetext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/elidedlabel.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace flaredeck::ui {

namespace {

QVBoxLayout *tightColumn(QWidget *widget)
{
    auto *column = new QVBoxLayout(widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    return column;
}

/// Whatever it asked for: every grant can list tools and accounts.
bool isAsked(const ConsentRequest &request, const QString &scope)
{
    return request.requested.contains(scope) || scope == scopes::kBaseline;
}

QString shortNames(const QStringList &scopes)
{
    QStringList names;
    for (const QString &scope : scopes)
        names << scopetext::shortLabel(scope);
    return names.join(QStringLiteral(", "));
}

} // namespace

ScopeChoice::ScopeChoice(const ConsentRequest &request, QWidget *parent)
    : QWidget(parent)
{
    QStringList held;
    QStringList asked;
    QStringList more;
    for (const QString &scope : scopetext::ordered(request.offered)) {
        if (request.alreadyGranted.contains(scope))
            held << scope;
        else
            (isAsked(request, scope) ? asked : more) << scope;
    }
    QVBoxLayout *column = tightColumn(this);
    if (!asked.isEmpty())
        addAsked(column, request, asked);
    if (!held.isEmpty())
        addHeld(column, request, held);
    if (!more.isEmpty())
        addMore(column, request, more);
    if (std::any_of(m_rows.begin(), m_rows.end(),
                    [](const Row &row) { return scopetext::isWrite(row.scope); }))
        addReadOnly(column);
}

bool ScopeChoice::asksForMore(const ConsentRequest &request)
{
    return !std::includes(request.alreadyGranted.begin(), request.alreadyGranted.end(),
                          request.requested.begin(), request.requested.end());
}

void ScopeChoice::addAsked(QVBoxLayout *column, const ConsentRequest &request,
                           const QStringList &asked)
{
    column->addWidget(labels::strong(request.alreadyGranted.empty() ? tr("It asks for")
                                                                    : tr("New: it asks for")));
    addScopes(column, request, asked);
}

/// Nothing of this is ticked at first: a person who reads on and says yes gives what was asked for.
/// Who named nothing in particular is helped by one click.
void ScopeChoice::addMore(QVBoxLayout *column, const ConsentRequest &request,
                          const QStringList &more)
{
    QStringList suggested;
    for (const QString &scope : more) {
        if (request.preselected.contains(scope) && !scopetext::isWrite(scope))
            suggested << scope;
    }
    auto *head = new QHBoxLayout;
    head->setSpacing(space::s);
    head->addWidget(labels::strong(asksForMore(request) || request.alreadyGranted.empty()
                                       ? tr("You may add")
                                       : tr("Nothing new. You can add")));
    head->addStretch();
    column->addLayout(head);
    if (!suggested.isEmpty()) {
        auto *why = labels::small(
            tr("It named no permission that tools need. Add what it shall be able to read now, or "
               "be asked when it first tries."));
        why->setObjectName(QStringLiteral("whySuggested"));
        why->setWordWrap(true);
        column->addWidget(why);
        auto *all = makeButton(tr("Add all &reading permissions"));
        all->setObjectName(QStringLiteral("addSuggested"));
        head->addWidget(all);
        connect(all, &QPushButton::clicked, this, [this, suggested] {
            for (const Row &row : std::as_const(m_rows)) {
                if (suggested.contains(row.scope))
                    row.box->setChecked(true);
            }
        });
    }
    addScopes(column, request, more);
}

void ScopeChoice::addScopes(QVBoxLayout *column, const ConsentRequest &request,
                            const QStringList &scopes)
{
    QList<ScopeRows::Cell> cells;
    for (const QString &scope : scopes) {
        // What it holds already and was suggested again is nothing new.
        const bool holds = request.alreadyGranted.contains(scope);
        const bool isFresh = isAsked(request, scope) && !scopetext::isWrite(scope);
        const bool isBaseline = scope == scopes::kBaseline;
        cells.append({scope,
                      isBaseline || (request.preselected.contains(scope) && (holds || isFresh)),
                      isBaseline, request.lacking.contains(scope)});
    }
    auto *rows = new ScopeRows(cells);
    for (const QString &scope : scopes)
        m_rows.append({scope, rows->boxes().value(scope)});
    column->addWidget(rows);
}

void ScopeChoice::addHeld(QVBoxLayout *column, const ConsentRequest &request,
                          const QStringList &held)
{
    auto *summary = new QWidget;
    auto *line = new QHBoxLayout(summary);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::s);
    auto *names = new ElidedLabel(tr("It already has: %1").arg(shortNames(held)), Qt::ElideRight);
    names->setForegroundRole(QPalette::PlaceholderText);
    names->setObjectName(QStringLiteral("held"));
    auto *unfold = makeButton(tr("Show"), ButtonRole::Link);
    unfold->setObjectName(QStringLiteral("showHeld"));
    unfold->setAccessibleName(tr("Show what it already has"));
    line->addWidget(names, 1);
    line->addWidget(unfold);
    column->addWidget(summary);

    auto *folded = new QWidget;
    folded->hide();
    QVBoxLayout *inside = tightColumn(folded);
    addScopes(inside, request, held);
    column->addWidget(folded);
    connect(unfold, &QPushButton::clicked, folded, [folded, unfold] {
        folded->setVisible(folded->isHidden());
        unfold->setText(folded->isHidden() ? tr("Show") : tr("Hide"));
    });
}

void ScopeChoice::addReadOnly(QVBoxLayout *column) const
{
    auto *only = new ToggleSwitch;
    only->setObjectName(QStringLiteral("readOnly"));
    only->setAccessibleName(tr("Only look, change nothing"));
    auto *row = new QHBoxLayout;
    row->setSpacing(space::xs);
    row->addWidget(only);
    row->addWidget(labels::body(tr("Only look, change nothing")));
    row->addStretch();
    column->addLayout(row);
    connect(only, &ToggleSwitch::toggled, this, &ScopeChoice::setReadOnly);
}

void ScopeChoice::setReadOnly(bool readOnly)
{
    for (Row &row : m_rows) {
        if (!scopetext::isWrite(row.scope))
            continue;
        if (readOnly)
            row.wasTicked = row.box->isChecked();
        row.box->setChecked(!readOnly && row.wasTicked);
        row.box->setEnabled(!readOnly);
    }
}

ScopeSet ScopeChoice::chosen() const
{
    ScopeSet scopes;
    for (const Row &row : m_rows) {
        if (row.box->isChecked())
            scopes.insert(row.scope);
    }
    return scopes;
}

} // namespace flaredeck::ui
