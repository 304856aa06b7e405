#include "core/provider/clientconfig.h"

#include "core/provider/facts.h"

#include <QHash>

#include <algorithm>

namespace flaredeck::provider {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kMaxBytes = 64LL * 1024;

bool isKey(const QByteArray &text)
{
    const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return !text.isEmpty() && !digit(text.at(0)) &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return letter(c) || digit(c) || c == '_' || c == '.' || c == '-';
           });
}

bool isBlankOrComment(const QByteArray &text)
{
    return text.isEmpty() || text.startsWith('#');
}

/// The value of one line: verbatim between quotes, or unquoted up to a comment.
Result<QByteArray> parseValue(const QByteArray &text)
{
    const char quote = text.isEmpty() ? '\0' : text.at(0);
    if (quote != '"' && quote != '\'' && quote != '`') {
        if (text.startsWith('#'))
            return QByteArray();
        for (qsizetype i = 1; i < text.size(); ++i) {
            if (text.at(i) == '#' && (text.at(i - 1) == ' ' || text.at(i - 1) == '\t'))
                return text.left(i).trimmed();
        }
        return text;
    }
    const qsizetype end = text.indexOf(quote, 1);
    if (end < 0)
        return fail(Error::Kind::InvalidInput, u"has a quote that is not closed"_s);
    if (!isBlankOrComment(text.mid(end + 1).trimmed()))
        return fail(Error::Kind::InvalidInput, u"has text after the closing quote"_s);
    return text.mid(1, end - 1);
}

} // namespace

Result<ClientConfig> parseDevVars(const QByteArray &text, const QString &name)
{
    if (text.size() > kMaxBytes || text.contains('\0')) {
        return fail(Error::Kind::InvalidInput, u"%1 is not a file of KEY=value lines."_s.arg(name),
                    u"Choose a .dev.vars file."_s);
    }
    QHash<QByteArray, QByteArray> values;
    QByteArray content = text;
    if (content.startsWith("\xEF\xBB\xBF"))
        content.remove(0, 3);
    content.replace("\r\n", "\n").replace('\r', '\n');
    int number = 0;
    for (const QByteArray &raw : content.split('\n')) {
        ++number;
        QByteArray line = raw.trimmed();
        if (isBlankOrComment(line))
            continue;
        if (line.startsWith("export ") || line.startsWith("export\t"))
            line = line.mid(7).trimmed();
        const qsizetype equals = line.indexOf('=');
        const QByteArray key = line.left(qMax<qsizetype>(equals, 0)).trimmed();
        if (!isKey(key)) {
            return fail(Error::Kind::InvalidInput,
                        u"Line %1 of %2 is not KEY=value."_s.arg(QString::number(number), name),
                        u"Correct the line or remove it."_s);
        }
        const Result<QByteArray> value = parseValue(line.mid(equals + 1).trimmed());
        if (!value) {
            return fail(
                Error::Kind::InvalidInput,
                u"Line %1 of %2 %3."_s.arg(QString::number(number), name, value.error().message),
                u"Correct the line."_s);
        }
        values.insert(key, *value);
    }

    const QByteArray id = values.value(facts().clientIdVariable);
    if (id.isEmpty()) {
        const QString variable = QString::fromLatin1(facts().clientIdVariable);
        return fail(Error::Kind::InvalidInput, u"%1 does not set %2."_s.arg(name, variable),
                    u"Add a line %1=… with the ID of your OAuth client."_s.arg(variable));
    }
    const auto visible = [](char c) { return c > 0x20 && c < 0x7f; };
    const QByteArray secret = values.value(facts().clientSecretVariable);
    if (!std::all_of(id.begin(), id.end(), visible) ||
        !std::all_of(secret.begin(), secret.end(), visible)) {
        return fail(
            Error::Kind::InvalidInput,
            u"The client ID or secret in %1 has a space or an unusual character."_s.arg(name),
            u"Copy both again from the %1 dashboard."_s.arg(facts().name));
    }
    return ClientConfig{QString::fromLatin1(id), Secret(secret), name};
}

} // namespace flaredeck::provider
