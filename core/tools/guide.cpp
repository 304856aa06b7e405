#include "core/tools/guide.h"

#include "core/tools/catalogue.h"

#include <QFile>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString kAccounts = u"flaredeck://accounts"_s;
const QString kObservability = u"observability"_s;
const QString kToolset = u"flaredeck://toolsets/"_s + kObservability;
const QString kQueries = u"flaredeck://guides/observability-queries"_s;
const QString kMarkdown = u"text/markdown"_s;
const QString kJson = u"application/json"_s;

QString accounts(const CallerPtr &caller)
{
    Json list = Json::array();
    for (const AccountRef &account : caller->accounts)
        list.push_back({{"id", account.id}, {"name", account.name}});
    return QString::fromUtf8(json::print({{"accounts", std::move(list)}}));
}

Result<QString> embedded(const QString &file)
{
    QFile source(u":/flaredeck/tools/"_s + file);
    if (!source.open(QIODevice::ReadOnly))
        return fail(Error::Kind::Internal, u"%1 is missing from the program."_s.arg(file));
    return QString::fromUtf8(source.readAll());
}

} // namespace

Guide::Guide(const Catalogue &catalogue, QObject *parent)
    : ResourceProvider(parent)
    , m_catalogue(catalogue)
{
}

QList<mcp::Resource> Guide::list(const CallerPtr &) const
{
    return {
        {kAccounts, u"accounts"_s, u"Accounts"_s,
         u"The Cloudflare accounts that this connection reaches, with their ids."_s, kJson},
        {kToolset, u"observability-toolset"_s, u"Observability tools"_s,
         u"What this connection can do with Workers and their logs, tool by tool."_s, kMarkdown},
        {kQueries, u"observability-queries"_s, u"Querying the logs of Workers"_s,
         u"The query language of query_worker_observability, with examples."_s, kMarkdown},
    };
}

Task<Result<QList<mcp::ResourceContents>>> Guide::read(QString uri, mcp::CallContext context)
{
    const Result<QString> text = textOf(uri, context.caller);
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
    if (uri == kToolset)
        return toolset(caller);
    if (uri == kQueries)
        return embedded(u"observability-queries.md"_s);
    return fail(Error::Kind::NotFound, u"There is no resource %1."_s.arg(uri),
                u"Call resources/list for those that there are."_s);
}

QString Guide::toolset(const CallerPtr &caller) const
{
    QString text = u"# Observability tools\n\nWorkers, their code, and what they have logged.\n"_s;
    for (const mcp::Tool &tool : m_catalogue.list(caller, kObservability)) {
        text += u"\n## %1\n\n`%2`, %3. %4\n"_s.arg(
            tool.title, tool.name,
            tool.annotations.readOnly ? u"only reads"_s : u"changes something"_s, tool.description);
    }
    return text;
}

} // namespace flaredeck::tools
