#include "fixtureresources.h"

#include "fixturesamples.h"

#include <QRegularExpression>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::conformance {

using mcp::ResourceContents;

QList<mcp::Resource> FixtureResources::list(const CallerPtr &) const
{
    return {
        {u"test://static-text"_s, u"static-text"_s, u"Static text"_s,
         u"A text that never changes"_s, u"text/plain"_s},
        {u"test://static-binary"_s, u"static-binary"_s, u"Static picture"_s,
         u"A picture that never changes"_s, u"image/png"_s},
        {u"test://watched-resource"_s, u"watched-resource"_s, u"Watched text"_s,
         u"A text that can be watched"_s, u"text/plain"_s},
    };
}

QList<mcp::ResourceTemplate> FixtureResources::templates(const CallerPtr &) const
{
    return {{u"test://template/{id}/data"_s, u"template"_s, u"Template"_s, u"Data by its id"_s,
             u"application/json"_s}};
}

Task<Result<QList<ResourceContents>>> FixtureResources::read(QString uri, mcp::CallContextPtr)
{
    ResourceContents contents{uri, u"text/plain"_s, {}, {}};
    static const QRegularExpression data(u"^test://template/([^/]+)/data$"_s);
    if (const auto match = data.match(uri); match.hasMatch()) {
        const QString id = match.captured(1);
        contents.mimeType = u"application/json"_s;
        contents.text = QString::fromUtf8(
            json::print({{"id", id}, {"templateTest", true}, {"data", u"Data for ID: "_s + id}}));
    } else if (uri == "test://static-text"_L1) {
        contents.text = u"This is the content of the static text resource."_s;
    } else if (uri == "test://static-binary"_L1) {
        contents.mimeType = u"image/png"_s;
        contents.blob = samplePng();
    } else if (uri == "test://watched-resource"_L1) {
        contents.text = u"Watched resource content"_s;
    } else {
        co_return fail(Error::Kind::NotFound, u"There is no such resource."_s);
    }
    co_return QList{contents};
}

} // namespace flaredeck::conformance
