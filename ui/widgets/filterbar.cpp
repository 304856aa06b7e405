#include "ui/widgets/filterbar.h"

#include "core/base/plaintext.h"
#include "ui/theme/icons.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/surface.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>

namespace flaredeck::ui {

using store::Outcome;
using Span = ActivityFilter::Span;

namespace {
constexpr int kTypingPauseMs = 200;
} // namespace

QLineEdit *makeSearchField(const QString &placeholder, QWidget *parent)
{
    auto *field = new QLineEdit(parent);
    field->setPlaceholderText(placeholder);
    field->setAccessibleName(placeholder);
    field->setClearButtonEnabled(true);
    // A grey that is visible in both themes, since an action's icon cannot follow the palette.
    field->addAction(icons::icon(QStringLiteral("search"), QColor(0x80, 0x86, 0x90)),
                     QLineEdit::LeadingPosition);
    return field;
}

FilterBar::FilterBar(QWidget *parent)
    : QWidget(parent)
    , m_search(makeSearchField(tr("Search tools, arguments, results…  (Ctrl+F)")))
    , m_chips(new QHBoxLayout)
    , m_add(makeButton(tr("Filter")))
    , m_menu(new QMenu(this))
{
    m_add->setMenu(m_menu);
    m_add->setAccessibleName(tr("Add a filter"));
    connect(m_menu, &QMenu::aboutToShow, this, &FilterBar::fillMenu);

    m_chips->setSpacing(space::s);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::s);
    row->addWidget(m_search, 1);
    row->addLayout(m_chips);
    row->addWidget(m_add);

    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingPauseMs);
    connect(m_search, &QLineEdit::textEdited, this, [this] { m_typing.start(); });
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        if (text.isEmpty() && !m_filter.text.isEmpty())
            m_typing.start();
    });
    connect(&m_typing, &QTimer::timeout, this, [this] {
        ActivityFilter next = m_filter;
        next.text = m_search->text();
        change(next);
    });
}

void FilterBar::setFilter(const ActivityFilter &filter)
{
    m_filter = filter;
    if (m_search->text() != filter.text)
        m_search->setText(filter.text);
    rebuildChips();
}

void FilterBar::setClients(const QList<Choice> &clients)
{
    m_clients = clients;
}

void FilterBar::clear()
{
    m_search->clear();
    m_typing.stop();
    change({});
}

void FilterBar::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void FilterBar::change(const ActivityFilter &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    rebuildChips();
    emit filterChanged(m_filter);
}

void FilterBar::rebuildChips()
{
    while (QLayoutItem *item = m_chips->takeAt(0)) {
        if (QWidget *chip = item->widget()) {
            chip->hide();
            chip->deleteLater(); // the click that removes it is still running
        }
        delete item;
    }
    if (m_filter.outcome) {
        addChip(tr("Outcome: %1").arg(outcometext::word(*m_filter.outcome)),
                [](ActivityFilter &filter) { filter.outcome.reset(); });
    }
    if (m_filter.client) {
        addChip(tr("Client: %1").arg(m_filter.clientName), [](ActivityFilter &filter) {
            filter.client.reset();
            filter.clientName.clear();
        });
    }
    if (m_filter.span != Span::All)
        addChip(spanText(m_filter.span), [](ActivityFilter &filter) { filter.span = Span::All; });
}

void FilterBar::addChip(const QString &text, const std::function<void(ActivityFilter &)> &remove)
{
    QPushButton *chip = makeButton(
        surface::caption(tr("%1  ✕", "a filter and the cross that removes it").arg(text)));
    chip->setAccessibleName(plaintext::line(tr("Remove the filter %1").arg(text)));
    m_chips->addWidget(chip);
    connect(chip, &QPushButton::clicked, this, [this, remove] {
        ActivityFilter next = m_filter;
        remove(next);
        change(next);
    });
}

void FilterBar::fillMenu()
{
    m_menu->clear();
    const auto choice = [this](QMenu *menu, const QString &text, bool checked,
                               const std::function<void(ActivityFilter &)> &apply) {
        QAction *action = menu->addAction(surface::caption(text));
        action->setCheckable(true);
        action->setChecked(checked);
        connect(action, &QAction::triggered, this, [this, apply] {
            ActivityFilter next = m_filter;
            apply(next);
            change(next);
        });
    };
    m_menu->addSection(tr("Outcome"));
    for (const Outcome outcome :
         {Outcome::Ok, Outcome::Error, Outcome::Denied, Outcome::Cancelled}) {
        choice(m_menu, outcometext::word(outcome), m_filter.outcome == outcome,
               [outcome](ActivityFilter &filter) { filter.outcome = outcome; });
    }
    m_menu->addSection(tr("Time"));
    for (const Span span : {Span::Hour, Span::Day, Span::Week}) {
        choice(m_menu, spanText(span), m_filter.span == span,
               [span](ActivityFilter &filter) { filter.span = span; });
    }
    if (m_clients.isEmpty())
        return;
    QMenu *clients = m_menu->addMenu(tr("Client"));
    for (const Choice &client : m_clients) {
        choice(clients, client.name, m_filter.client == client.id,
               [client](ActivityFilter &filter) {
                   filter.client = client.id;
                   filter.clientName = client.name;
               });
    }
}

} // namespace flaredeck::ui
