#include "ui/widgets/policybox.h"

#include "ui/text/tooltext.h"

#include <QAbstractItemView>
#include <QStyleOptionComboBox>
#include <QStylePainter>

namespace flaredeck::ui {

namespace {
constexpr int kUsual = -1;
constexpr int kListWidth = 170; ///< for the whole words of a brief box
} // namespace

PolicyBox::PolicyBox(const QString &name, QWidget *parent)
    : QComboBox(parent)
{
    setAccessibleName(name);
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(this, &QComboBox::activated, this, [this] {
        const int choice = currentData().toInt();
        emit chosen(choice == kUsual ? std::nullopt : std::optional(Policy(choice)));
    });
}

void PolicyBox::setBrief()
{
    m_isBrief = true;
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(int(tooltext::policy(Policy::Allow).size()));
    view()->setMinimumWidth(kListWidth);
}

void PolicyBox::paintEvent(QPaintEvent *event)
{
    if (!m_isBrief)
        return QComboBox::paintEvent(event);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    option.currentText = m_word;
    QStylePainter painter(this);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
}

void PolicyBox::setState(std::optional<Policy> rule, Policy usual, const QString &usualText,
                         const QList<Policy> &choices)
{
    if (view()->isVisible())
        return; // a person has the list open
    clear();
    addItem(usualText.arg(tooltext::policy(usual)), kUsual);
    for (const Policy policy : choices)
        addItem(tooltext::policy(policy), int(policy));
    setCurrentIndex(rule ? findData(int(*rule)) : 0);
    m_word = tooltext::policy(rule.value_or(usual));
}

} // namespace flaredeck::ui
