#include "ui/theme/style.h"

#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/shapes.h"
#include "ui/theme/tokens.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QStyleOption>

namespace flaredeck::ui {

namespace {

constexpr auto kRoleProperty = "flaredeckRole";
constexpr int kControlHeight = 32;

} // namespace

void setRole(QAbstractButton *button, ButtonRole role)
{
    button->setProperty(kRoleProperty, int(role));
    if (role == ButtonRole::Link)
        button->setCursor(Qt::PointingHandCursor);
    button->update();
}

ButtonRole roleOf(const QWidget *button)
{
    return button ? ButtonRole(button->property(kRoleProperty).toInt()) : ButtonRole::Normal;
}

Style::Style()
    : QProxyStyle(QStringLiteral("fusion"))
{
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                          const QWidget *widget) const
{
    const Tokens &tokens = Tokens::of(option->palette);
    switch (element) {
    case PE_PanelButtonCommand:
    case PE_PanelButtonTool:
        shapes::button(*painter, *option, roleOf(widget));
        return;
    case PE_FrameDefaultButton:
    case PE_PanelScrollAreaCorner:
        return;
    case PE_PanelLineEdit:
    case PE_FrameLineEdit:
        // Part of a field that draws its own frame.
        if (!widget || !(qobject_cast<QComboBox *>(widget->parentWidget()) ||
                         qobject_cast<QAbstractSpinBox *>(widget->parentWidget())))
            shapes::field(*painter, *option, option->state.testFlag(State_HasFocus));
        return;
    case PE_IndicatorCheckBox:
        shapes::checkBox(*painter, *option);
        return;
    case PE_IndicatorRadioButton:
        shapes::radioButton(*painter, *option);
        return;
    case PE_FrameFocusRect:
        // Push buttons and combo boxes draw their own ring.
        if (!qobject_cast<const QPushButton *>(widget) && !qobject_cast<const QComboBox *>(widget))
            shapes::focusRing(*painter, option->rect, 4, tokens);
        return;
    case PE_FrameMenu:
    case PE_PanelMenu:
        shapes::box(*painter, option->rect, 0, tokens.surface, tokens.line);
        return;
    case PE_Frame:
        shapes::box(*painter, option->rect, radius::control, Qt::transparent, tokens.line);
        return;
    case PE_PanelTipLabel:
        shapes::box(*painter, option->rect, 0, tokens.surface, tokens.line);
        return;
    case PE_IndicatorHeaderArrow: {
        const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option);
        const bool up = header && header->sortIndicator == QStyleOptionHeader::SortUp;
        icons::paint(*painter, option->rect,
                     up ? QStringLiteral("chevron-down") : QStringLiteral("chevron-up"),
                     tokens.text2);
        return;
    }
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void Style::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                        const QWidget *widget) const
{
    switch (element) {
    case CE_PushButtonLabel:
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option)) {
            drawButtonLabel(*button, painter, widget);
            return;
        }
        break;
    case CE_HeaderSection:
    case CE_HeaderEmptyArea:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option)) {
            shapes::headerSection(*painter, *header);
            return;
        }
        painter->fillRect(option->rect, Tokens::of(option->palette).surface);
        return;
    case CE_HeaderLabel:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option)) {
            QStyleOptionHeader quiet = *header;
            quiet.palette.setColor(QPalette::ButtonText, Tokens::of(option->palette).text2);
            QProxyStyle::drawControl(element, &quiet, painter, widget);
            return;
        }
        break;
    case CE_Splitter:
        return;
    default:
        break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void Style::drawButtonLabel(const QStyleOptionButton &option, QPainter *painter,
                            const QWidget *widget) const
{
    const Tokens &tokens = Tokens::of(option.palette);
    const bool enabled = option.state.testFlag(State_Enabled);
    QColor color = enabled ? tokens.text : tokens.text2;
    switch (roleOf(widget)) {
    case ButtonRole::Primary:
        color = enabled ? tokens.onAccent : tokens.text2;
        break;
    case ButtonRole::Danger:
        color = enabled ? tokens.bad : tokens.text2;
        break;
    case ButtonRole::Link:
        color = enabled ? tokens.accent : tokens.text2;
        break;
    case ButtonRole::Normal:
        break;
    }
    QStyleOptionButton colored = option;
    for (const auto role : {QPalette::ButtonText, QPalette::WindowText, QPalette::Text})
        colored.palette.setColor(role, color);
    QProxyStyle::drawControl(CE_PushButtonLabel, &colored, painter, widget);
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option,
                               QPainter *painter, const QWidget *widget) const
{
    switch (control) {
    case CC_ComboBox:
        if (const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option)) {
            shapes::comboBox(*painter, *combo);
            return;
        }
        break;
    case CC_SpinBox:
        shapes::field(*painter, *option, option->state.testFlag(State_HasFocus));
        return;
    case CC_ScrollBar:
        if (const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option)) {
            shapes::scrollBar(*painter, *slider,
                              subControlRect(control, option, SC_ScrollBarSlider, widget));
            return;
        }
        break;
    default:
        break;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex *option,
                            SubControl subControl, const QWidget *widget) const
{
    if (control == CC_SpinBox) {
        // Number fields have no buttons; the arrow keys step.
        return subControl == SC_SpinBoxEditField || subControl == SC_SpinBoxFrame
                   ? option->rect.adjusted(8, 1, -8, -1)
                   : QRect();
    }
    if (control == CC_ComboBox && subControl == SC_ComboBoxEditField)
        return option->rect.adjusted(10, 1, -26, -1);
    if (control == CC_ScrollBar) {
        const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option);
        if (!slider)
            return {};
        if (subControl == SC_ScrollBarAddLine || subControl == SC_ScrollBarSubLine)
            return {};
        const bool horizontal = slider->orientation == Qt::Horizontal;
        const int length = horizontal ? slider->rect.width() : slider->rect.height();
        const qint64 range = qint64(slider->maximum) - slider->minimum;
        const int thumb =
            range > 0
                ? qBound(28, int(qint64(length) * slider->pageStep / (range + slider->pageStep)),
                         length)
                : length;
        const int start =
            sliderPositionFromValue(slider->minimum, slider->maximum, slider->sliderPosition,
                                    length - thumb, slider->upsideDown);
        const auto part = [&](int from, int size) {
            return horizontal ? QRect(from, 0, size, slider->rect.height())
                              : QRect(0, from, slider->rect.width(), size);
        };
        switch (subControl) {
        case SC_ScrollBarSlider:
            return part(start, thumb);
        case SC_ScrollBarSubPage:
            return part(0, start);
        case SC_ScrollBarAddPage:
            return part(start + thumb, length - start - thumb);
        case SC_ScrollBarGroove:
            return slider->rect;
        default:
            return {};
        }
    }
    return QProxyStyle::subControlRect(control, option, subControl, widget);
}

QRect Style::subElementRect(SubElement element, const QStyleOption *option,
                            const QWidget *widget) const
{
    if (element == SE_LineEditContents)
        return QProxyStyle::subElementRect(element, option, widget).adjusted(6, 0, -6, 0);
    return QProxyStyle::subElementRect(element, option, widget);
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                              const QWidget *widget) const
{
    switch (type) {
    case CT_PushButton: {
        if (roleOf(widget) == ButtonRole::Link)
            return {size.width() + 12, qMax(size.height() + 8, 26)};
        return {qMax(size.width() + 26, 56), qMax(size.height() + 10, kControlHeight)};
    }
    case CT_ComboBox:
        return {size.width() + 44, qMax(size.height() + 10, kControlHeight)};
    case CT_LineEdit:
        return {size.width() + 12, qMax(size.height() + 8, kControlHeight)};
    case CT_SpinBox:
        return {size.width() + 24, qMax(size.height() + 8, kControlHeight)};
    case CT_MenuItem: {
        const QSize plain = QProxyStyle::sizeFromContents(type, option, size, widget);
        const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option);
        const bool separator = item && item->menuItemType == QStyleOptionMenuItem::Separator;
        return separator ? plain : QSize(plain.width() + 12, qMax(plain.height(), 28));
    }
    case CT_HeaderSection: {
        const QSize plain = QProxyStyle::sizeFromContents(type, option, size, widget);
        return {plain.width(), 32};
    }
    default:
        return QProxyStyle::sizeFromContents(type, option, size, widget);
    }
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent:
        return 10;
    case PM_SplitterWidth:
        return space::m;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return 16;
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing:
    case PM_HeaderMargin:
        return 10;
    case PM_HeaderMarkSize:
        return 14;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_DefaultFrameWidth:
        return 1;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                     QStyleHintReturn *returnData) const
{
    switch (hint) {
    case SH_DialogButtonBox_ButtonsHaveIcons:
    case SH_EtchDisabledText:
    case SH_ComboBox_Popup:
    case SH_ItemView_ArrowKeysNavigateIntoChildren:
        return 0;
    case SH_ItemView_ShowDecorationSelected:
        return 1;
    default:
        return QProxyStyle::styleHint(hint, option, widget, returnData);
    }
}

void Style::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton *>(widget) || qobject_cast<QComboBox *>(widget) ||
        qobject_cast<QScrollBar *>(widget))
        widget->setAttribute(Qt::WA_Hover);
}

} // namespace flaredeck::ui
