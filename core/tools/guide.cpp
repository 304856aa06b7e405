#include "core/tools/guide.h"

#include "core/provider/offer.h"
#include "core/tools/catalogue.h"
#include "core/tools/resultshelf.h"

#include <QFile>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString kAccounts = u"flaredeck://accounts"_s;
const QString kToolsets = u"flaredeck://toolsets/"_s;
const QString kGuides = u"flaredeck://guides/"_s;
const QString kMarkdown = u"text/markdown"_s;
const QString kJson = u"application/json"_s;

QString textAt(const Json &object, const char *key)
{
    return json::stringAt(object, key).value_or(QString());
}

QString accounts(const CallerPtr &caller)
{
    Json list = Json::array();
    for (const AccountRef &account : caller->accounts)
        list.push_back({{"id", account.id}, {"name", account.name}});
    return QString::fromUtf8(json::print({{"accounts", std::move(list)}}));
}

/// The guides of a toolset: objects with name, title, description, file.
const Json &guidesOf(const provider::Toolset &toolset)
{
    static const Json none = Json::array();
    const Json *guides = json::find(toolset.file, "guides");
    return guides ? *guides : none;
}

Result<QString> contentOf(const QString &file)
{
    QFile source(provider::facts().folder + u"/toolsets/"_s + file);
    if (!source.open(QIODevice::ReadOnly))
        return fail(Error::Kind::Internal, u"%1 is missing from the program."_s.arg(file));
    return QString::fromUtf8(source.readAll());
}

} // namespace

Guide::Guide(const Catalogue &catalogue, ResultShelf *results, QObject *parent)
    : ResourceProvider(parent)
    , m_catalogue(catalogue)
    , m_results(results)
{
}

QList<mcp::Resource> Guide::list(const CallerPtr &) const
{
    QList<mcp::Resource> list{
        {kAccounts, u"accounts"_s, u"Accounts"_s,
         u"The %1 accounts that this connection reaches, with their ids."_s.arg(
             provider::facts().name),
         kJson}};
    for (const provider::Toolset &toolset : provider::toolsets()) {
        list << mcp::Resource{kToolsets + toolset.name, toolset.name + u"-toolset"_s,
                              textAt(toolset.file, "title"), textAt(toolset.file, "description"),
                              kMarkdown};
        for (const Json &guide : guidesOf(toolset)) {
            const QString name = textAt(guide, "name");
            list << mcp::Resource{kGuides + name, name, textAt(guide, "title"),
                                  textAt(guide, "description"), kMarkdown};
        }
    }
    return list;
}

QList<mcp::ResourceTemplate> Guide::templates(const CallerPtr &) const
{
    return m_results ? QList<mcp::ResourceTemplate>{ResultShelf::described()}
                     : QList<mcp::ResourceTemplate>();
}

Task<Result<QList<mcp::ResourceContents>>> Guide::read(QString uri, mcp::CallContextPtr context)
{
    if (m_results && ResultShelf::isResult(uri))
        co_return m_results->read(uri, context->caller->grant);
    const Result<QString> text = textOf(uri, context->caller);
    if (!text)
        co_return fail(text.error());
    QList<mcp::ResourceContents> parts;
    parts << mcp::ResourceContents{uri, uri == kAccounts ? kJson : kMarkdown, *text, std::nullopt};
    co_return parts;
}

Result<QString> Guide::textOf(const QString &uri, const CallerPtr &caller) const
{
    if (uri == kAccounts)
        return accounts(caller);
    for (const provider::Toolset &toolset : provider::toolsets()) {
        if (uri == kToolsets + toolset.name)
            return describe(toolset, caller);
        for (const Json &guide : guidesOf(toolset)) {
            if (uri == kGuides + textAt(guide, "name"))
                return contentOf(textAt(guide, "file"));
        }
    }
    return fail(Error::Kind::NotFound, u"There is no resource %1."_s.arg(uri),
                u"Call resources/list for those that there are."_s);
}

QString Guide::describe(const provider::Toolset &toolset, const CallerPtr &caller) const
{
    QString page =
        u"# %1\n\n%2\n"_s.arg(textAt(toolset.file, "title"), textAt(toolset.file, "summary"));
    for (const mcp::Tool &tool : m_catalogue.list(caller, toolset.name)) {
        page += u"\n## %1\n\n`%2`, %3. %4\n"_s.arg(
            tool.title, tool.name,
            tool.annotations.readOnly ? u"only reads"_s : u"changes something"_s, tool.description);
    }
    return page;
}

} // namespace flaredeck::tools
