#include "ui/models/activityfilter.h"

#include <QCoreApplication>

namespace flaredeck::ui {

using store::Outcome;
using Span = ActivityFilter::Span;

namespace {

struct FilterTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::ActivityFilter)
};

constexpr Millis kHour = 60LL * 60 * 1000;

} // namespace

store::CallFilter ActivityFilter::toCallFilter(Millis now) const
{
    store::CallFilter filter;
    filter.text = text.trimmed();
    filter.outcome = outcome;
    filter.client = client;
    switch (span) {
    case Span::All:
        break;
    case Span::Hour:
        filter.from = now - kHour;
        break;
    case Span::Day:
        filter.from = now - 24 * kHour;
        break;
    case Span::Week:
        filter.from = now - 7LL * 24 * kHour;
        break;
    }
    return filter;
}

QVariant ActivityFilter::toVariant() const
{
    return QVariantMap{
        {QStringLiteral("text"), text},
        {QStringLiteral("outcome"), outcome ? int(*outcome) : -1},
        {QStringLiteral("client"), client ? client->value : QString()},
        {QStringLiteral("clientName"), clientName},
        {QStringLiteral("span"), int(span)},
    };
}

ActivityFilter ActivityFilter::fromVariant(const QVariant &state)
{
    const QVariantMap map = state.toMap();
    ActivityFilter filter;
    filter.text = map.value(QStringLiteral("text")).toString();
    const int outcome = map.value(QStringLiteral("outcome"), -1).toInt();
    if (outcome >= int(Outcome::Ok) && outcome <= int(Outcome::Cancelled))
        filter.outcome = Outcome(outcome);
    const QString client = map.value(QStringLiteral("client")).toString();
    if (!client.isEmpty()) {
        filter.client = ClientId{client};
        filter.clientName = map.value(QStringLiteral("clientName")).toString();
    }
    const int span = map.value(QStringLiteral("span")).toInt();
    if (span >= int(Span::All) && span <= int(Span::Week))
        filter.span = Span(span);
    return filter;
}

QString outcometext::word(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Ok:
        return FilterTexts::tr("ok");
    case Outcome::Error:
        return FilterTexts::tr("error");
    case Outcome::Denied:
        return FilterTexts::tr("denied");
    case Outcome::Cancelled:
        break;
    }
    return FilterTexts::tr("cancelled");
}

QString outcometext::icon(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Ok:
        return QStringLiteral("check");
    case Outcome::Error:
        return QStringLiteral("cross");
    case Outcome::Denied:
        return QStringLiteral("denied");
    case Outcome::Cancelled:
        break;
    }
    return QStringLiteral("stopped");
}

Tone outcometext::tone(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Ok:
        return Tone::Ok;
    case Outcome::Error:
        return Tone::Bad;
    case Outcome::Denied:
        return Tone::Warn;
    case Outcome::Cancelled:
        break;
    }
    return Tone::Neutral;
}

QString spanText(Span span)
{
    switch (span) {
    case Span::Hour:
        return FilterTexts::tr("Last hour");
    case Span::Day:
        return FilterTexts::tr("Last 24 h");
    case Span::Week:
        return FilterTexts::tr("Last 7 days");
    case Span::All:
        break;
    }
    return FilterTexts::tr("Any time");
}

} // namespace flaredeck::ui
