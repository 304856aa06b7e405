#include "core/http/httpmessage.h"

#include "core/http/fieldsyntax.h"

#include <QUrl>

#include <algorithm>

namespace flaredeck::http {

namespace {

Response withType(int status, const char *type, QByteArray body, Headers headers)
{
    headers.set("Content-Type", type);
    return {status, std::move(headers), std::move(body)};
}

QByteArray decode(QByteArrayView encoded)
{
    QByteArray spaced = encoded.toByteArray();
    spaced.replace('+', ' ');
    return spaced.contains('%') ? QByteArray::fromPercentEncoding(spaced) : spaced;
}

} // namespace

QByteArray Headers::value(QByteArrayView name) const
{
    for (const auto &[key, value] : m_lines) {
        if (isSameWord(key, name))
            return value.trimmed();
    }
    return {};
}

bool Headers::contains(QByteArrayView name) const
{
    return std::any_of(m_lines.cbegin(), m_lines.cend(),
                       [name](const auto &line) { return isSameWord(line.first, name); });
}

qsizetype Headers::count(QByteArrayView name) const
{
    return std::count_if(m_lines.cbegin(), m_lines.cend(),
                         [name](const auto &line) { return isSameWord(line.first, name); });
}

void Headers::set(const QByteArray &name, QByteArray value)
{
    m_lines.removeIf([&name](const auto &line) { return isSameWord(line.first, name); });
    m_lines.append({name, std::move(value)});
}

Response Response::empty(int status, Headers headers)
{
    return {status, std::move(headers), {}};
}

Response Response::json(int status, const Json &body, Headers headers)
{
    return withType(status, "application/json", json::print(body), std::move(headers));
}

Response Response::html(int status, const QByteArray &body, Headers headers)
{
    return withType(status, "text/html; charset=utf-8", body, std::move(headers));
}

Response Response::text(int status, const QByteArray &body, Headers headers)
{
    return withType(status, "text/plain; charset=utf-8", body, std::move(headers));
}

Response Response::error(int status, const char *code, const QByteArray &cause, Headers headers)
{
    headers.set("Cache-Control", "no-store");
    headers.set("Pragma", "no-cache");
    return json(status, {{"error", code}, {"error_description", cause.toStdString()}},
                std::move(headers));
}

Form Form::parse(const QByteArray &encoded)
{
    Form form;
    const QByteArrayView all(encoded);
    for (qsizetype start = 0; start < all.size();) {
        qsizetype end = all.indexOf('&', start);
        if (end < 0)
            end = all.size();
        const QByteArrayView field = all.sliced(start, end - start);
        start = end + 1;
        if (field.isEmpty())
            continue;
        const qsizetype equals = field.indexOf('=');
        const QByteArrayView name = equals < 0 ? field : field.first(equals);
        const QByteArrayView value = equals < 0 ? QByteArrayView() : field.sliced(equals + 1);
        form.m_fields.append({decode(name), QString::fromUtf8(decode(value))});
    }
    return form;
}

std::optional<QString> Form::value(QByteArrayView name) const
{
    for (const auto &[key, value] : m_fields) {
        if (QByteArrayView(key) == name)
            return value;
    }
    return std::nullopt;
}

QStringList Form::values(QByteArrayView name) const
{
    QStringList found;
    for (const auto &[key, value] : m_fields) {
        if (QByteArrayView(key) == name)
            found.append(value);
    }
    return found;
}

QList<QByteArray> Form::repeated() const
{
    QList<QByteArray> names;
    for (const auto &[key, value] : m_fields) {
        if (!names.contains(key) && values(key).size() > 1)
            names.append(key);
    }
    return names;
}

QByteArray encodeComponent(const QString &text)
{
    return QUrl::toPercentEncoding(text);
}

} // namespace flaredeck::http
