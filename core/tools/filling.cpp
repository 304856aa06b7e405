#include "core/tools/filling.h"

#include "core/http/httpmessage.h"
#include "core/tools/tsv.h"

#include <algorithm>

namespace flaredeck::tools::filling {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr QStringView kSegments = u"...";

QString plainOf(const std::optional<Json> &value)
{
    return value ? plainText(*value) : QString();
}

/// timeseriesGroups becomes timeseries_groups; a word of capitals stays.
QString snakeCase(const QString &segment)
{
    QString snake;
    for (qsizetype i = 0; i < segment.size(); ++i) {
        const bool isHump = i > 0 && segment[i].isUpper() && segment[i - 1].isLower();
        if (isHump)
            snake += u'_';
        snake += isHump ? segment[i].toLower() : segment[i];
    }
    return snake;
}

/// What would make a server look elsewhere, however it reads the path.
bool leavesItsPlace(const QString &value)
{
    return value.isEmpty() || value == "."_L1 || value == ".."_L1 ||
           std::any_of(value.begin(), value.end(), [](QChar c) {
               return c == u'/' || c == u'\\' || c.category() == QChar::Other_Control;
           });
}

Result<QString> segment(const QString &name, const QString &value)
{
    if (leavesItsPlace(value)) {
        return fail(Error::Kind::InvalidInput,
                    u"%1 is not usable: it is one name or id, without slashes and control "
                    "characters, for example my-name-1."_s.arg(name),
                    u"Correct the argument."_s);
    }
    return QString::fromLatin1(http::encodeComponent(value));
}

} // namespace

Source Source::read(const QString &text)
{
    Source source;
    source.pointer = Json::json_pointer('/' + text.section(u'|', 0, 0).toStdString());
    const QString letters = text.section(u'|', 1);
    if (letters == "lower"_L1)
        source.letters = Case::Lower;
    else if (letters == "upper"_L1)
        source.letters = Case::Upper;
    return source;
}

std::optional<Json> Source::valueIn(const Json &arguments) const
{
    if (!arguments.contains(pointer))
        return {};
    const Json &value = arguments.at(pointer);
    if (value.is_null())
        return {};
    if (!value.is_string() || letters == Case::Same)
        return value;
    const QString text = json::toQString(value);
    return Json((letters == Case::Lower ? text.toLower() : text.toUpper()).toStdString());
}

Result<QString> places(const QString &text, const Place &place)
{
    QString filled;
    qsizetype from = 0;
    for (;;) {
        const qsizetype open = text.indexOf(u'{', from);
        const qsizetype close = text.indexOf(u'}', open);
        if (open < 0 || close < 0)
            return filled + text.mid(from);
        const Result<QString> value = place(text.mid(open + 1, close - open - 1));
        if (!value)
            return value;
        filled += text.mid(from, open - from) + *value;
        from = close + 1;
    }
}

Result<QString> path(const QString &pattern, const Json &arguments, const QString &account)
{
    return places(pattern, [&](const QString &name) -> Result<QString> {
        if (name == "account"_L1)
            return segment(name, account);
        if (!name.endsWith(kSegments)) {
            return segment(name.section(u'|', 0, 0),
                           plainOf(Source::read(name).valueIn(arguments)));
        }
        const QString argument = name.chopped(kSegments.size());
        QStringList segments;
        for (const QString &part : plainOf(Source::read(argument).valueIn(arguments)).split(u'/')) {
            const Result<QString> one = segment(argument, snakeCase(part));
            if (!one)
                return one;
            segments << *one;
        }
        return segments.join(u'/');
    });
}

QString text(const QString &pattern, const Json &arguments, const QString &account)
{
    const auto filled = places(pattern, [&](const QString &name) -> Result<QString> {
        return name == "account"_L1 ? account : plainOf(Source::read(name).valueIn(arguments));
    });
    return *filled; // no place fails
}

std::optional<Json> body(const Json &pattern, const Json &arguments)
{
    if (pattern.is_string()) {
        const QString text = json::toQString(pattern);
        if (text.size() > 2 && text.startsWith(u'{') && text.endsWith(u'}'))
            return Source::read(text.mid(1, text.size() - 2)).valueIn(arguments);
        return pattern;
    }
    if (pattern.is_array()) {
        Json list = Json::array();
        for (const Json &item : pattern) {
            if (auto filled = body(item, arguments))
                list.push_back(*std::move(filled));
        }
        return list;
    }
    if (!pattern.is_object())
        return pattern;
    Json object = Json::object();
    for (const auto &[key, member] : pattern.items()) {
        if (auto filled = body(member, arguments))
            object[key] = *std::move(filled);
    }
    if (object.empty() && !pattern.empty())
        return {};
    return object;
}

} // namespace flaredeck::tools::filling
