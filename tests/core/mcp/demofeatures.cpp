#include "demofeatures.h"

using namespace flaredeck;
using namespace flaredeck::mcp;
using namespace Qt::Literals::StringLiterals;

namespace {

PromptResult greeting(const QString &name)
{
    PromptResult result;
    result.description = u"A greeting"_s;
    result.messages << PromptMessage{false, Content::ofText(u"Greet "_s + name)};
    return result;
}

std::optional<ResourceContents> contentsOf(const QString &uri)
{
    if (uri == "demo:text"_L1)
        return ResourceContents{uri, u"text/plain"_s, u"Hello"_s, {}};
    if (uri == "demo:picture"_L1)
        return ResourceContents{uri, u"image/png"_s, {}, QByteArray("\x89PNG")};
    if (uri.startsWith("demo:letter/"_L1) && uri.size() == 13)
        return ResourceContents{uri, u"text/plain"_s, uri.right(1), {}};
    return std::nullopt;
}

} // namespace

QList<Prompt> DemoPrompts::list(const CallerPtr &) const
{
    return {{u"greet"_s, u"Greet"_s, u"Greets."_s, {{u"name"_s, u"Whom."_s, true}}}};
}

Task<Result<PromptResult>> DemoPrompts::get(QString, Json arguments, CallContextPtr)
{
    co_return greeting(json::stringAt(arguments, "name").value_or(QString()));
}

std::optional<Completion> DemoPrompts::complete(const QString &prompt, const QString &,
                                                const QString &begun) const
{
    if (prompt != "greet"_L1)
        return std::nullopt;
    return Completion{QStringList{u"Ada"_s, u"Alan"_s, u"Grace"_s}.filter(begun)};
}

QList<Resource> DemoResources::list(const CallerPtr &) const
{
    return {{u"demo:text"_s, u"text"_s, u"Text"_s, u"A text."_s, u"text/plain"_s},
            {u"demo:picture"_s, u"picture"_s, {}, {}, u"image/png"_s}};
}

QList<ResourceTemplate> DemoResources::templates(const CallerPtr &) const
{
    return {{u"demo:letter/{letter}"_s, u"letter"_s, u"Letter"_s, u"A letter."_s, u"text/plain"_s}};
}

Task<Result<QList<ResourceContents>>> DemoResources::read(QString uri, CallContextPtr)
{
    const auto contents = contentsOf(uri);
    if (!contents)
        co_return fail(Error::Kind::NotFound, u"There is no such resource."_s);
    QList<ResourceContents> parts;
    parts << *contents;
    co_return parts;
}
