#include "ui/text/scopetext.h"

#include "core/provider/scopes.h"
#include "core/tools/catalogue.h"

#include <QCoreApplication>
#include <QStringList>

namespace flaredeck::ui::scopetext {

namespace {

struct ScopeTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::scopetext)
};

/// Texts in the provider's data are translated like any other text.
QString translated(const QString &text)
{
    return QCoreApplication::translate("provider", text.toUtf8().constData());
}

QStringList namesOfTools(const QString &scope)
{
    QStringList names;
    for (const tools::ToolSummary &tool : tools::Catalogue::summaries()) {
        if (tool.scope == scope)
            names << tool.name;
    }
    return names;
}

} // namespace

QString shortLabel(const QString &scope)
{
    const auto info = scopes::find(scope);
    const QString label = translated(info ? info->label : scope.section(QLatin1Char(':'), 0, 0));
    return isWrite(scope) ? ScopeTexts::tr("%1 write").arg(label) : label;
}

QString product(const QString &scope)
{
    return scope.section(QLatin1Char(':'), 0, 0);
}

QString title(const QString &scope)
{
    const auto info = scopes::find(scope);
    const QString label = translated(info ? info->label : product(scope));
    return label.left(1).toUpper() + label.mid(1);
}

QString risk(const QString &scope)
{
    const auto info = scopes::find(scope);
    return info && !info->risk.isEmpty() ? translated(info->risk) : QString();
}

QString meaning(const QString &scope)
{
    const auto info = scopes::find(scope);
    return info ? translated(info->summary) : scope;
}

QString opens(const QString &scope)
{
    const auto count = namesOfTools(scope).size();
    return count == 1 ? ScopeTexts::tr("opens 1 tool")
                      : ScopeTexts::tr("opens %1 tools").arg(count);
}

QString toolNames(const QString &scope)
{
    return namesOfTools(scope).join(QLatin1Char('\n'));
}

bool isWrite(const QString &scope)
{
    const auto info = scopes::find(scope);
    return info ? info->write : scope.endsWith(QLatin1String(":write"));
}

QStringList ordered(const ScopeSet &scopes)
{
    QStringList result;
    for (const ScopeInfo &info : scopes::catalogue()) {
        if (scopes.contains(info.name))
            result << info.name;
    }
    for (const QString &name : scopes) {
        if (!result.contains(name))
            result << name;
    }
    return result;
}

} // namespace flaredeck::ui::scopetext
