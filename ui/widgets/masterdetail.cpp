#include "ui/widgets/masterdetail.h"

#include "core/base/settings.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"

#include <QAbstractItemView>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {
constexpr int kTile = 32;
constexpr int kDetailWidth = 320;
constexpr int kSideBySide = 760; ///< narrower, names would not fit beside the detail
} // namespace

DetailPane::DetailPane(const QString &name, QWidget *parent)
    : Card(parent)
    , m_tile(new LetterTile(kTile))
    , m_title(new ElidedLabel({}, Qt::ElideRight))
    , m_subtitle(new ElidedLabel({}, Qt::ElideRight))
    , m_back(makeButton(tr("← Back to the list"), ButtonRole::Link))
    , m_body(new QVBoxLayout)
{
    setAccessibleName(name);
    setMinimumWidth(280);
    m_title->setFont(fonts::heading());
    m_subtitle->setFont(fonts::small());
    m_subtitle->setForegroundRole(QPalette::PlaceholderText);

    auto *close = makeButton(QStringLiteral("✕"), ButtonRole::Link);
    close->setAccessibleName(tr("Close the details"));
    close->setToolTip(tr("Close (Esc)"));
    connect(close, &QPushButton::clicked, this, &DetailPane::closed);

    auto *titles = new QVBoxLayout;
    titles->setSpacing(1);
    titles->addWidget(m_title);
    titles->addWidget(m_subtitle);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(space::l, space::l, space::s, space::m);
    head->setSpacing(10);
    head->addWidget(m_tile);
    head->addLayout(titles, 1);
    head->addWidget(close, 0, Qt::AlignTop);

    auto *inner = new QWidget;
    m_body->setContentsMargins(space::l, 0, space::l, space::l);
    m_body->setSpacing(space::m);
    inner->setLayout(m_body);
    // The content is as wide as the pane, whatever its texts: there is no horizontal scroll bar.
    inner->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto *scroll = new QScrollArea;
    scroll->setAccessibleName(name);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(inner);
    inner->setAutoFillBackground(false);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 6);
    column->setSpacing(0);
    auto *way = new QHBoxLayout;
    way->setContentsMargins(space::s, space::s, 0, 0);
    way->addWidget(m_back);
    way->addStretch();
    m_back->hide();
    connect(m_back, &QPushButton::clicked, this, &DetailPane::closed);
    column->addLayout(way);
    column->addLayout(head);
    column->addWidget(scroll, 1);
}

void DetailPane::setHeading(const QString &tileName, const QString &title, const QString &subtitle)
{
    m_tile->setVisible(!tileName.isEmpty());
    m_tile->setName(tileName);
    QFont mono = fonts::mono();
    mono.setPixelSize(fonts::kBody);
    mono.setBold(true);
    m_title->setFont(tileName.isEmpty() ? mono : fonts::heading());
    m_title->setText(title);
    m_subtitle->setText(subtitle);
}

void DetailPane::setCovers(bool covers)
{
    m_back->setVisible(covers);
}

MasterDetail::MasterDetail(const QString &name, Settings &settings, QWidget *master,
                           DetailPane *detail, QWidget *parent)
    : QSplitter(Qt::Horizontal, parent)
    , m_master(master)
    , m_detail(detail)
{
    setChildrenCollapsible(false);
    addWidget(master);
    addWidget(detail);
    setStretchFactor(0, 1);
    setStretchFactor(1, 0);
    const QString key = QStringLiteral("splitter/") + name;
    if (!restoreState(settings.state(key).toByteArray()))
        setSizes({660, kDetailWidth});
    detail->hide();

    connect(this, &QSplitter::splitterMoved, this,
            [this, key, &settings] { settings.setState(key, saveState()); });
    connect(detail, &DetailPane::closed, this, &MasterDetail::detailClosed);
    auto *escape = new QShortcut(Qt::Key_Escape, this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &MasterDetail::detailClosed);
}

void MasterDetail::setDetailVisible(bool visible)
{
    m_detailWanted = visible;
    arrange();
}

void MasterDetail::resizeEvent(QResizeEvent *event)
{
    QSplitter::resizeEvent(event);
    arrange();
}

void MasterDetail::arrange()
{
    const bool covers = m_detailWanted && width() < kSideBySide;
    const QWidget *focused = focusWidget();
    const bool inMaster = focused && focused->hasFocus() && m_master->isAncestorOf(focused);
    const bool inDetail = focused && focused->hasFocus() && m_detail->isAncestorOf(focused);
    m_detail->setCovers(covers);
    m_detail->setVisible(m_detailWanted);
    m_master->setVisible(!covers);
    // Keeps the focus in the part that is visible.
    if (covers && inMaster)
        m_detail->back()->setFocus();
    else if (!m_detailWanted && inDetail) {
        if (auto *list = m_master->findChild<QAbstractItemView *>())
            list->setFocus();
    }
}

TableCard::TableCard(QWidget *table, QWidget *parent)
    : Card(parent)
{
    auto *column = new QVBoxLayout(this);
    // The corners are round; the table's are not.
    column->setContentsMargins(1, 4, 1, 6);
    column->addWidget(table);
}

} // namespace flaredeck::ui
