#include "ui/models/toolmodel.h"

#include "core/provider/offer.h"
#include "ui/models/clientmodel.h"
#include "ui/text/format.h"
#include "ui/text/scopetext.h"
#include "ui/text/tooltext.h"

#include <QCoreApplication>

namespace flaredeck::ui {

using tools::RuleBook;
using tools::ToolDefinition;

namespace {

struct ToolTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::ToolModel)
};

constexpr int kPercent = 100;

QList<ToolRow::Exception> exceptionsOf(const ToolListing &listing, const QString &subject)
{
    QList<ToolRow::Exception> exceptions;
    for (const service::ClientView &view : listing.snapshot.clients) {
        if (const auto policy = listing.rules.find(view.client.id, subject))
            exceptions << ToolRow::Exception{clienttext::name(view.client), *policy};
    }
    return exceptions;
}

ToolRow rowOf(const ToolListing &listing, const ToolDefinition &tool)
{
    ToolRow row;
    row.subject = RuleBook::subjectOf(tool);
    row.toolset = tool.toolset();
    row.title = tooltext::title(tool.tool.name);
    row.effect = tool.effect;
    row.scope = tool.scopeFor(tool.effect);
    row.policy = listing.rules.policyFor(listing.client, tool, tool.effect);
    row.hasRule = listing.rules.find(listing.client, row.subject).has_value();
    row.exceptions = exceptionsOf(listing, row.subject);
    row.tokens = tools::estimatedTokens(tool);
    if (listing.counts)
        row.count = listing.counts->value(tool.tool.name);
    return row;
}

ToolRow headingOf(const ToolListing &listing, const QString &toolset)
{
    ToolRow row;
    row.subject = RuleBook::subjectOfToolset(toolset);
    row.toolset = toolset;
    row.title = tooltext::toolset(toolset);
    row.policy = listing.rules.isToolsetOff(listing.client, toolset) ? Policy::Off : Policy::Allow;
    row.hasRule = listing.rules.find(listing.client, row.subject).has_value();
    row.exceptions = exceptionsOf(listing, row.subject);
    row.isDeprecated = RuleBook::isDeprecated(toolset);
    if (listing.counts)
        row.count.emplace();
    return row;
}

QString countText(const ToolRow &row)
{
    return row.tools == 1 ? ToolTexts::tr("1 tool")
                          : ToolTexts::tr("%1 tools").arg(format::number(row.tools));
}

QString toolHeading(const ToolRow &row)
{
    return row.isDeprecated ? ToolTexts::tr("%1 (deprecated)").arg(row.title) : row.title;
}

QString toolPolicyWord(const ToolRow &row)
{
    if (!row.isHeading())
        return tooltext::policy(row.policy);
    return row.policy == Policy::Off ? ToolTexts::tr("Off") : ToolTexts::tr("On");
}

QString toolPolicyTip(const ToolRow &row)
{
    if (row.isHeading())
        return ToolTexts::tr("Switches all tools of %1 on or off").arg(row.title);
    return row.hasRule ? ToolTexts::tr("Your rule. Choose another, or As usual.")
                       : ToolTexts::tr("As usual. Choose to make a rule.");
}

QStringList exceptionTexts(const ToolRow &row)
{
    QStringList texts;
    for (const ToolRow::Exception &one : row.exceptions)
        texts << ToolTexts::tr("%1: %2", "client, policy")
                     .arg(plaintext::line(one.client), tooltext::policy(one.policy));
    return texts;
}

QString toolCalls(const ToolRow &row)
{
    return row.count ? format::number(row.count->calls) : QStringLiteral("–");
}

double toolFailedShare(const ToolRow &row)
{
    return row.count && row.count->calls > 0 ? double(row.count->errors) / double(row.count->calls)
                                             : -1;
}

QString toolFailures(const ToolRow &row)
{
    const double share = toolFailedShare(row);
    if (share < 0)
        return QStringLiteral("–");
    const bool isLittle = share > 0 && share * kPercent < 1;
    return isLittle ? ToolTexts::tr("< 1 %") : ToolTexts::tr("%1 %").arg(qRound(share * kPercent));
}

QList<Column<ToolRow>> toolColumns()
{
    return {
        {.title = ToolTexts::tr("Tool"),
         .kind = CellKind::Titled,
         .text = toolHeading,
         .toolTip = [](const ToolRow &row) { return row.isHeading() ? QString() : row.name(); },
         .note = [](const ToolRow &row) { return row.name(); },
         .kindOf =
             [](const ToolRow &row) {
                 return row.isHeading() ? CellKind::Group : CellKind::Titled;
             }},
        {.title = ToolTexts::tr("Effect"),
         .kind = CellKind::Pill,
         .text =
             [](const ToolRow &row) {
                 return row.isHeading() ? countText(row) : tooltext::effect(row.effect);
             },
         .sort = [](const ToolRow &row) { return int(row.effect); },
         .tone = [](const ToolRow &row) { return tooltone::of(row.effect); },
         .icon = [](const ToolRow &row) { return tooltone::icon(row.effect); },
         .kindOf =
             [](const ToolRow &row) {
                 return row.isHeading() ? CellKind::Secondary : CellKind::Pill;
             }},
        {.title = ToolTexts::tr("Scope"),
         .kind = CellKind::Secondary,
         .text =
             [](const ToolRow &row) {
                 return row.isHeading() ? QString() : scopetext::shortLabel(row.scope);
             },
         .toolTip =
             [](const ToolRow &row) {
                 return row.isHeading() ? QString() : scopetext::meaning(row.scope);
             }},
        {.title = ToolTexts::tr("Policy"),
         .kind = CellKind::Choice,
         .text = toolPolicyWord,
         .sort = [](const ToolRow &row) { return int(row.policy); },
         .toolTip = toolPolicyTip,
         .tone =
             [](const ToolRow &row) {
                 const bool isOn = row.policy != Policy::Off;
                 return (row.isHeading() ? isOn : row.hasRule) ? Tone::Accent : Tone::Neutral;
             },
         .kindOf =
             [](const ToolRow &row) {
                 return row.isHeading() ? CellKind::Switch : CellKind::Choice;
             }},
        {.title = ToolTexts::tr("Exceptions"),
         .kind = CellKind::Chips,
         .text = [](const ToolRow &row) { return exceptionTexts(row).join(QStringLiteral(", ")); },
         .sort = [](const ToolRow &row) { return int(row.exceptions.size()); },
         .toolTip = [](const ToolRow &row) { return exceptionTexts(row).join(QLatin1Char('\n')); },
         .chips =
             [](const ToolRow &row) {
                 QList<Chip> chips;
                 for (const ToolRow::Exception &one : row.exceptions)
                     chips << Chip{
                         ToolTexts::tr("%1: %2", "client, policy")
                             .arg(plaintext::line(one.client), tooltext::policy(one.policy)),
                         tooltone::of(one.policy)};
                 return chips;
             }},
        {.title = ToolTexts::tr("Calls"),
         .kind = CellKind::Secondary,
         .text = toolCalls,
         .sort = [](const ToolRow &row) { return row.count ? row.count->calls : 0; },
         .toolTip = [](const ToolRow &) { return ToolTexts::tr("In the last 30 days"); },
         .isNumber = true},
        {.title = ToolTexts::tr("Failed"),
         .kind = CellKind::Secondary,
         .text = toolFailures,
         .sort = toolFailedShare,
         .toolTip =
             [](const ToolRow &row) {
                 return row.count ? ToolTexts::tr("%1 of %2 calls in the last 30 days")
                                        .arg(format::number(row.count->errors),
                                             format::number(row.count->calls))
                                  : QString();
             },
         .isNumber = true},
        {.title = ToolTexts::tr("Tokens"),
         .kind = CellKind::Secondary,
         .text = [](const ToolRow &row) { return format::number(row.tokens); },
         .sort = [](const ToolRow &row) { return row.tokens; },
         .toolTip =
             [](const ToolRow &) {
                 return ToolTexts::tr("What it costs a model in its list of tools, about");
             },
         .isNumber = true},
    };
}

} // namespace

bool ToolRow::operator==(const ToolRow &other) const
{
    const auto same = [](const std::optional<store::ToolCount> &a,
                         const std::optional<store::ToolCount> &b) {
        return a.has_value() == b.has_value() &&
               (!a || (a->calls == b->calls && a->errors == b->errors && a->lastAt == b->lastAt));
    };
    return subject == other.subject && policy == other.policy && hasRule == other.hasRule &&
           exceptions == other.exceptions && tools == other.tools && same(count, other.count);
}

QList<ToolRow> toolRows(const ToolListing &listing)
{
    QList<ToolRow> rows;
    int place = 0;
    const auto all = tools::definitions();
    for (const provider::Toolset &toolset : provider::toolsets()) {
        ToolRow heading = headingOf(listing, toolset.name);
        heading.place = ++place;
        QList<ToolRow> below;
        for (const tools::DefinitionPtr &each : all) {
            const ToolDefinition &tool = *each;
            if (tool.toolset() != toolset.name)
                continue;
            ToolRow row = rowOf(listing, tool);
            row.place = place;
            ++heading.tools;
            heading.tokens += row.tokens;
            if (row.count) {
                heading.count->calls += row.count->calls;
                heading.count->errors += row.count->errors;
                heading.count->lastAt = qMax(heading.count->lastAt, row.count->lastAt);
            }
            below << row;
        }
        if (!below.isEmpty())
            rows << heading << below;
    }
    return rows;
}

ToolModel::ToolModel(QObject *parent)
    : RowModel(toolColumns(), parent)
{
}

void ToolModel::setTools(const QList<ToolRow> &rows)
{
    setRows(rows);
    emit toolsSet();
}

SortedTools::SortedTools(ToolModel *model, QObject *parent)
    : QSortFilterProxyModel(parent)
    , m_model(model)
{
    setSortRole(SortRole);
    setDynamicSortFilter(true);
    setSourceModel(model);
    connect(model, &ToolModel::toolsSet, this, [this] { invalidate(); });
}

void SortedTools::choose(const ToolChoice &choice)
{
    if (m_choice == choice)
        return;
    m_choice = choice;
    invalidateFilter();
}

bool SortedTools::isWanted(const ToolRow &row) const
{
    return !row.isHeading() && (m_choice.toolset.isEmpty() || row.toolset == m_choice.toolset) &&
           (!m_choice.effect || row.effect == *m_choice.effect) &&
           (!m_choice.policy || row.policy == *m_choice.policy) &&
           (m_choice.text.isEmpty() || row.title.contains(m_choice.text, Qt::CaseInsensitive) ||
            row.name().contains(m_choice.text, Qt::CaseInsensitive) ||
            row.scope.contains(m_choice.text, Qt::CaseInsensitive));
}

bool SortedTools::filterAcceptsRow(int row, const QModelIndex &) const
{
    const ToolRow *shown = m_model->at(row);
    if (!shown || !shown->isHeading())
        return shown && isWanted(*shown);
    for (int below = row + 1; const ToolRow *one = m_model->at(below); ++below) {
        if (one->isHeading())
            break;
        if (isWanted(*one))
            return true;
    }
    return false;
}

bool SortedTools::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const ToolRow *a = m_model->at(left.row());
    const ToolRow *b = m_model->at(right.row());
    if (!a || !b)
        return false;
    // The toolsets keep their places, and headings theirs, in whichever order their tools are.
    const bool isUp = sortOrder() == Qt::AscendingOrder;
    if (a->place != b->place)
        return isUp ? a->place < b->place : a->place > b->place;
    if (a->isHeading() != b->isHeading())
        return isUp ? a->isHeading() : b->isHeading();
    return QSortFilterProxyModel::lessThan(left, right);
}

Tone tooltone::of(Effect effect)
{
    switch (effect) {
    case Effect::Reads:
        return Tone::Neutral;
    case Effect::Changes:
        return Tone::Warn;
    case Effect::Destroys:
        break;
    }
    return Tone::Bad;
}

QString tooltone::icon(Effect effect)
{
    switch (effect) {
    case Effect::Reads:
        return QStringLiteral("eye");
    case Effect::Changes:
        return QStringLiteral("pencil");
    case Effect::Destroys:
        break;
    }
    return QStringLiteral("trash");
}

Tone tooltone::of(Policy policy)
{
    switch (policy) {
    case Policy::Allow:
        return Tone::Ok;
    case Policy::Ask:
        return Tone::Warn;
    case Policy::Off:
        break;
    }
    return Tone::Neutral;
}

} // namespace flaredeck::ui
