#include "ui/widgets/callchart.h"

#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"

#include <QDateTime>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace flaredeck::ui {

namespace {
constexpr Millis kMinute = 60'000;
constexpr int kAxis = 18; ///< room for the time labels
} // namespace

CallChart::CallChart(QWidget *parent)
    : QWidget(parent)
    , m_minutes(kMinutes)
{
    setMinimumHeight(90);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void CallChart::set(const QList<store::MinuteCount> &counts, Millis now)
{
    const Millis first = now / kMinute * kMinute - (kMinutes - 1) * kMinute;
    m_minutes.fill({}, kMinutes);
    int ok = 0;
    int failed = 0;
    int denied = 0;
    for (int i = 0; i < kMinutes; ++i)
        m_minutes[i].minute = first + i * kMinute;
    for (const store::MinuteCount &count : counts) {
        const Millis slot = (count.minute - first) / kMinute;
        if (count.minute < first || slot >= kMinutes)
            continue;
        m_minutes[slot].ok += count.ok;
        m_minutes[slot].failed += count.failed;
        m_minutes[slot].denied += count.denied;
        ok += count.ok;
        failed += count.failed;
        denied += count.denied;
    }
    setAccessibleName(tr("Calls per minute, last hour"));
    setAccessibleDescription(tr("%1 ok, %2 failed, %3 denied").arg(ok).arg(failed).arg(denied));
    update();
}

QRectF CallChart::column(int index) const
{
    const qreal step = qreal(width()) / kMinutes;
    return {index * step, 0, step, qreal(height() - kAxis)};
}

void CallChart::paintEvent(QPaintEvent *)
{
    const Tokens &tokens = Tokens::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);

    int most = 1;
    for (const store::MinuteCount &minute : m_minutes)
        most = std::max(most, minute.ok + minute.failed + minute.denied);
    const qreal ground = height() - kAxis;
    // The gaps of two pixels between parts must not push the tallest bar out of the chart.
    const qreal unit = (ground - 6) / most;

    for (int i = 0; i < kMinutes; ++i) {
        const QRectF slot = column(i);
        const qreal width = std::min(slot.width() - 4, 12.0);
        const qreal left = slot.center().x() - width / 2;
        qreal bottom = ground;
        const auto stack = [&](int count, const QColor &color) {
            if (count == 0)
                return;
            const qreal tall = std::max(3.0, count * unit);
            painter.setPen(Qt::NoPen);
            painter.setBrush(color);
            painter.drawRoundedRect(QRectF(left, bottom - tall, width, tall), 2, 2);
            bottom -= tall + 2;
        };
        stack(m_minutes.at(i).ok, tokens.accent);
        stack(m_minutes.at(i).failed, tokens.bad);
        stack(m_minutes.at(i).denied, tokens.warn);
    }

    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(QRectF(0, ground + 1, width(), 1), tokens.line);
    painter.setFont(fonts::small());
    painter.setPen(tokens.text2);
    const QRectF axis(0, ground + 3, width(), kAxis - 3);
    painter.drawText(axis, Qt::AlignLeft | Qt::AlignBottom, tr("60 min ago"));
    painter.drawText(axis, Qt::AlignHCenter | Qt::AlignBottom, tr("30 min ago"));
    painter.drawText(axis, Qt::AlignRight | Qt::AlignBottom, tr("now"));
}

bool CallChart::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const int index =
        std::clamp(help->pos().x() * kMinutes / std::max(1, width()), 0, kMinutes - 1);
    const store::MinuteCount &minute = m_minutes.at(index);
    QToolTip::showText(
        help->globalPos(),
        tr("%1: %2 ok, %3 failed, %4 denied")
            .arg(QDateTime::fromMSecsSinceEpoch(minute.minute).toString(QStringLiteral("HH:mm")))
            .arg(minute.ok)
            .arg(minute.failed)
            .arg(minute.denied),
        this);
    return true;
}

} // namespace flaredeck::ui
