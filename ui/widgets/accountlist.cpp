#include "ui/widgets/accountlist.h"

#include "core/base/plaintext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"
#include "ui/widgets/surface.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace flaredeck::ui {

namespace {

constexpr int kAccountRow = 28;
constexpr int kRowsInSight = 4;
constexpr int kShortId = 8;

/// The box for all accounts. A click never leads to the middle state, but ticks all.
class AllBox : public QCheckBox
{
public:
    using QCheckBox::QCheckBox;

protected:
    void nextCheckState() override
    {
        setCheckState(checkState() == Qt::Checked ? Qt::Unchecked : Qt::Checked);
    }
};

} // namespace

AccountList::AccountList(const QList<AccountRef> &accounts, const QString &loginLabel,
                         QWidget *parent)
    : QWidget(parent)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    if (accounts.size() == 1) {
        const AccountRef &only = accounts.first();
        auto *label = labels::body(tr("%1 (%2)", "account, e-mail").arg(only.name, loginLabel));
        label->setObjectName(QStringLiteral("account"));
        label->setToolTip(surface::toolTip(only.id));
        label->setWordWrap(true);
        column->addWidget(label);
        return;
    }

    auto *card = new Card;
    auto *rows = new QVBoxLayout(card);
    rows->setContentsMargins(1, space::xs, 1, space::xs);
    rows->setSpacing(0);
    m_all = new AllBox(surface::caption(tr("All %1 accounts of %2", "count, e-mail")
                                            .arg(QString::number(accounts.size()), loginLabel)));
    m_all->setObjectName(QStringLiteral("allAccounts"));
    m_all->setChecked(true);
    auto *first = new QHBoxLayout;
    first->setContentsMargins(space::m, space::xs, space::m, space::xs);
    first->addWidget(m_all);
    first->addStretch();
    rows->addLayout(first);
    rows->addWidget(new Hairline);

    auto *inner = new QWidget;
    auto *list = new QVBoxLayout(inner);
    list->setContentsMargins(0, space::xs, 0, 0);
    list->setSpacing(0);
    for (const AccountRef &account : accounts)
        list->addWidget(buildRow(account));
    auto *scroll = new QScrollArea;
    scroll->setAccessibleName(tr("Accounts"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(inner);
    inner->setAutoFillBackground(false);
    // Half a row more than fits shows that there is more.
    const bool fits = accounts.size() <= kRowsInSight;
    scroll->setFixedHeight(space::xs + (fits ? int(accounts.size()) * kAccountRow
                                             : kRowsInSight * kAccountRow + kAccountRow / 2));
    rows->addWidget(scroll);
    column->addWidget(card);

    connect(m_all, &QCheckBox::clicked, this, &AccountList::tickAll);
    for (const auto &[id, box] : std::as_const(m_boxes)) {
        connect(box, &QCheckBox::toggled, this, &AccountList::follow);
        // Scrolls to a box that the keyboard toggles.
        connect(box, &QCheckBox::toggled, scroll,
                [scroll, box = box] { scroll->ensureWidgetVisible(box); });
    }
}

QWidget *AccountList::buildRow(const AccountRef &account)
{
    auto *row = new QWidget;
    row->setFixedHeight(kAccountRow);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(space::m, 0, space::m, 0);
    layout->setSpacing(space::s);
    auto *box = new QCheckBox(surface::caption(account.name));
    box->setObjectName(account.id);
    box->setChecked(true);
    // Two accounts may have the same name.
    auto *id = labels::small(plaintext::cut(account.id, kShortId));
    id->setToolTip(surface::toolTip(account.id));
    layout->addWidget(box);
    layout->addStretch();
    layout->addWidget(id);
    m_boxes.append({account.id, box});
    return row;
}

QStringList AccountList::chosen() const
{
    if (countTicked() == m_boxes.size())
        return {};
    QStringList ids;
    for (const auto &[id, box] : m_boxes) {
        if (box->isChecked())
            ids << id;
    }
    return ids;
}

bool AccountList::hasChoice() const
{
    return m_boxes.isEmpty() || countTicked() > 0;
}

qsizetype AccountList::countTicked() const
{
    return std::count_if(m_boxes.begin(), m_boxes.end(),
                         [](const auto &entry) { return entry.second->isChecked(); });
}

void AccountList::tickAll(bool ticked)
{
    for (const auto &[id, box] : std::as_const(m_boxes)) {
        const QSignalBlocker quiet(box);
        box->setChecked(ticked);
    }
    emit changed();
}

void AccountList::follow()
{
    const auto ticked = countTicked();
    m_all->setCheckState(ticked == 0                ? Qt::Unchecked
                         : ticked == m_boxes.size() ? Qt::Checked
                                                    : Qt::PartiallyChecked);
    emit changed();
}

} // namespace flaredeck::ui
