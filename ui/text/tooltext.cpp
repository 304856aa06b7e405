#include "ui/text/tooltext.h"

#include "core/provider/offer.h"
#include "core/tools/rulebook.h"
#include "ui/text/format.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace flaredeck::ui::tooltext {

namespace {

struct ToolTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::tooltext)
};

/// Texts in the provider's data are translated like any other text.
QString translated(const QString &text)
{
    return QCoreApplication::translate("provider", text.toUtf8().constData());
}

QString callsOf(Effect effect)
{
    switch (effect) {
    case Effect::Reads:
        return ToolTexts::tr("Calls that read");
    case Effect::Changes:
        return ToolTexts::tr("Calls that change something");
    case Effect::Destroys:
        break;
    }
    return ToolTexts::tr("Calls that destroy something");
}

} // namespace

QString effect(Effect effect)
{
    switch (effect) {
    case Effect::Reads:
        return ToolTexts::tr("Reads");
    case Effect::Changes:
        return ToolTexts::tr("Changes");
    case Effect::Destroys:
        break;
    }
    return ToolTexts::tr("Destroys");
}

QString policy(Policy policy)
{
    switch (policy) {
    case Policy::Allow:
        return ToolTexts::tr("Allow");
    case Policy::Ask:
        return ToolTexts::tr("Ask");
    case Policy::Off:
        break;
    }
    return ToolTexts::tr("Off");
}

QString title(const QString &tool)
{
    const auto found = tools::findDefinition(tool);
    return found ? translated(found->tool.title) : tool;
}

QString toolset(const QString &name)
{
    const auto all = provider::toolsets();
    const auto found =
        std::find_if(all.begin(), all.end(), [&name](const auto &one) { return one.name == name; });
    return found == all.end() ? name
                              : translated(json::stringAt(found->file, "title").value_or(name));
}

QString subject(const QString &subject)
{
    const QString name = subject.section(QLatin1Char(':'), 1);
    if (const auto named = effectNamed(name);
        named && subject == tools::RuleBook::subjectOf(*named))
        return callsOf(*named);
    if (subject == tools::RuleBook::subjectOfToolset(name))
        return ToolTexts::tr("All tools of %1").arg(toolset(name));
    return ToolTexts::tr("%1 (%2)", "title and name of a tool").arg(title(name), name);
}

QString change(const QString &pattern)
{
    static const QRegularExpression place(QStringLiteral(R"(\{([^{}|.]+)[^{}]*\})"));
    return translated(pattern).replace(place, QStringLiteral("‹\\1›"));
}

QString tokens(qint64 count)
{
    return ToolTexts::tr("about %1 tokens").arg(format::number(count));
}

} // namespace flaredeck::ui::tooltext
