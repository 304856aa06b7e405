#include "ui/dialogs/scoperows.h"

#include "ui/text/scopetext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/elidedlabel.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace flaredeck::ui {

namespace {

enum ScopeColumn { kName, kAbout, kMark, kRead, kChange, kMore, kColumnCount };

QList<QList<ScopeRows::Cell>> byProduct(const QList<ScopeRows::Cell> &cells)
{
    QList<QList<ScopeRows::Cell>> products;
    for (const ScopeRows::Cell &cell : cells) {
        const auto same = std::find_if(products.begin(), products.end(), [&cell](const auto &one) {
            return scopetext::product(one.first().scope) == scopetext::product(cell.scope);
        });
        if (same == products.end())
            products.append({cell});
        else
            same->append(cell);
    }
    for (QList<ScopeRows::Cell> &product : products)
        std::stable_sort(product.begin(), product.end(), [](const auto &a, const auto &b) {
            return !scopetext::isWrite(a.scope) && scopetext::isWrite(b.scope);
        });
    return products;
}

} // namespace

ScopeRows::ScopeRows(const QList<Cell> &cells, QWidget *parent)
    : QWidget(parent)
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(space::m);
    grid->setVerticalSpacing(space::xs);
    grid->setColumnStretch(kAbout, 1);
    const auto products = byProduct(cells);
    if (products.size() >= kSearchFrom)
        addSearch(grid);
    for (const QList<Cell> &product : products)
        addRow(grid, product);
}

void ScopeRows::addSearch(QGridLayout *grid)
{
    auto *field = new QLineEdit;
    field->setObjectName(QStringLiteral("searchScopes"));
    field->setPlaceholderText(tr("Search permissions and tools"));
    field->setAccessibleName(field->placeholderText());
    field->setClearButtonEnabled(true);
    m_nothing = labels::small(tr("No permission and no tool has these words."));
    m_nothing->hide();
    grid->addWidget(field, 0, kName, 1, kColumnCount);
    grid->addWidget(m_nothing, 1, kName, 1, kColumnCount);
    connect(field, &QLineEdit::textChanged, this, &ScopeRows::search);
}

void ScopeRows::addRow(QGridLayout *grid, const QList<Cell> &cells)
{
    const int line = grid->rowCount();
    const QString name = scopetext::title(cells.first().scope);
    Row row;
    row.words = name;

    QStringList sentences;
    QStringList lacking;
    for (const Cell &cell : cells) {
        const QString meaning = scopetext::meaning(cell.scope);
        const bool isWrite = scopetext::isWrite(cell.scope);
        auto *box = new QCheckBox(isWrite ? tr("Change") : tr("Read"));
        box->setObjectName(cell.scope);
        box->setAccessibleName(tr("%1: %2").arg(name, meaning));
        box->setAccessibleDescription(scopetext::opens(cell.scope));
        box->setToolTip(meaning);
        box->setChecked(cell.isTicked);
        box->setEnabled(!cell.isFixed);
        m_boxes.insert(cell.scope, box);
        row.boxes << box;
        sentences << meaning;
        row.words += u' ' + cell.scope + u' ' + meaning + u' ' + scopetext::toolNames(cell.scope);
        if (cell.isLacking)
            lacking << cell.scope;
    }
    auto *title = labels::strong(name);
    auto *about = new ElidedLabel(sentences.join(QStringLiteral(" · ")), Qt::ElideRight);
    about->setForegroundRole(QPalette::PlaceholderText);
    row.parts << title << about;
    grid->addWidget(title, line, kName);
    grid->addWidget(about, line, kAbout);
    if (!lacking.isEmpty()) {
        auto *chip = new ChipLabel(Chip{tr("needs a new sign-in"), Tone::Warn});
        chip->setObjectName(lacking.first() + QStringLiteral(":lacking"));
        chip->setToolTip(tr("Your Cloudflare sign-in does not hold this: %1. When you allow it, "
                            "Cloudflare asks you once more.")
                             .arg(lacking.join(QStringLiteral(", "))));
        row.parts << chip;
        grid->addWidget(chip, line, kMark);
    }
    for (qsizetype i = 0; i < cells.size(); ++i) {
        row.parts << row.boxes.at(i);
        grid->addWidget(row.boxes.at(i), line,
                        scopetext::isWrite(cells.at(i).scope) ? kChange : kRead);
    }
    row.unfold = makeButton(tr("More"), ButtonRole::Link);
    row.unfold->setObjectName(scopetext::product(cells.first().scope) + QStringLiteral(":more"));
    row.unfold->setAccessibleName(tr("More about %1").arg(name));
    row.parts << row.unfold;
    grid->addWidget(row.unfold, line, kMore);
    row.details = makeDetails(cells);
    row.details->hide();
    grid->addWidget(row.details, line + 1, kAbout, 1, kColumnCount - kAbout);

    const qsizetype index = m_rows.size();
    connect(row.unfold, &QPushButton::clicked, this, [this, index] {
        Row &mine = m_rows[index];
        mine.isUnfolded = !mine.isUnfolded;
        mine.details->setVisible(mine.isUnfolded);
        mine.unfold->setText(mine.isUnfolded ? tr("Less") : tr("More"));
    });
    m_rows << row;
}

QWidget *ScopeRows::makeDetails(const QList<Cell> &cells) const
{
    auto *details = new QWidget;
    auto *column = new QVBoxLayout(details);
    column->setContentsMargins(0, 0, 0, space::s);
    column->setSpacing(space::xs);
    const auto add = [column](QLabel *label) {
        label->setWordWrap(true);
        column->addWidget(label);
    };
    for (const Cell &cell : cells) {
        const QString what = scopetext::isWrite(cell.scope) ? tr("Change") : tr("Read");
        add(labels::body(tr("%1: %2").arg(what, scopetext::meaning(cell.scope))));
        if (const QString risk = scopetext::risk(cell.scope); !risk.isEmpty())
            add(labels::small(risk));
        const QString tools = scopetext::toolNames(cell.scope).replace(u'\n', QStringLiteral(", "));
        add(labels::small(tools.isEmpty() ? scopetext::opens(cell.scope)
                                          : tr("%1: %2").arg(scopetext::opens(cell.scope), tools)));
    }
    return details;
}

void ScopeRows::search(const QString &text)
{
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    bool isAny = false;
    for (const Row &row : std::as_const(m_rows)) {
        const bool isFound = std::all_of(words.begin(), words.end(), [&row](const QString &word) {
            return row.words.contains(word, Qt::CaseInsensitive);
        });
        const bool isTicked = std::any_of(row.boxes.begin(), row.boxes.end(),
                                          [](const QCheckBox *box) { return box->isChecked(); });
        isAny = isAny || isFound;
        for (QWidget *part : row.parts)
            part->setVisible(isFound || isTicked);
        row.details->setVisible(row.isUnfolded && (isFound || isTicked));
    }
    m_nothing->setVisible(!isAny);
}

} // namespace flaredeck::ui
