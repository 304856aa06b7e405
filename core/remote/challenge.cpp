#include "core/remote/challenge.h"

#include <QHash>

namespace flaredeck::remote {

using namespace Qt::StringLiterals;

namespace {

bool isTokenCharacter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           QByteArrayView("!#$%&'*+-.^_`|~/").contains(c);
}

/// Reads RFC 9110 §11.6.1 from left to right.
class Reader
{
public:
    explicit Reader(const QByteArray &text)
        : m_text(text)
    {
    }

    [[nodiscard]] bool isAtEnd() const { return m_at >= m_text.size(); }
    void skip(QByteArrayView characters)
    {
        while (!isAtEnd() && characters.contains(m_text.at(m_at)))
            ++m_at;
    }
    [[nodiscard]] QByteArray word()
    {
        const qsizetype from = m_at;
        while (!isAtEnd() && isTokenCharacter(m_text.at(m_at)))
            ++m_at;
        return m_text.mid(from, m_at - from);
    }
    [[nodiscard]] bool take(char c)
    {
        if (isAtEnd() || m_text.at(m_at) != c)
            return false;
        ++m_at;
        return true;
    }
    [[nodiscard]] QByteArray value()
    {
        if (!take('"'))
            return word();
        QByteArray text;
        while (!isAtEnd() && !take('"')) {
            if (m_text.at(m_at) == '\\' && m_at + 1 < m_text.size())
                ++m_at;
            text += m_text.at(m_at++);
        }
        return text;
    }
    void skipOne() { ++m_at; }

private:
    const QByteArray &m_text;
    qsizetype m_at = 0;
};

Challenge from(const QHash<QByteArray, QByteArray> &parameters)
{
    Challenge challenge;
    const QByteArray address = parameters.value("resource_metadata");
    if (!address.isEmpty())
        challenge.resourceMetadata = QUrl::fromEncoded(address, QUrl::StrictMode);
    challenge.error = QString::fromLatin1(parameters.value("error"));
    challenge.scopes =
        QString::fromLatin1(parameters.value("scope")).split(u' ', Qt::SkipEmptyParts);
    return challenge;
}

} // namespace

Challenge Challenge::parse(const QByteArray &wwwAuthenticate)
{
    Reader reader(wwwAuthenticate);
    bool isBearer = false;
    QHash<QByteArray, QByteArray> parameters;
    while (!reader.isAtEnd()) {
        reader.skip(" \t,");
        const QByteArray word = reader.word();
        if (word.isEmpty()) {
            reader.skipOne();
            continue;
        }
        reader.skip(" \t");
        if (reader.take('=')) { // a parameter of the challenge that began last
            reader.skip(" \t");
            const QByteArray value = reader.value();
            const QByteArray name = word.toLower();
            if (isBearer && !parameters.contains(name))
                parameters.insert(name, value);
            continue;
        }
        if (isBearer) // the next scheme
            break;
        isBearer = word.compare("bearer", Qt::CaseInsensitive) == 0;
    }
    return from(parameters);
}

} // namespace flaredeck::remote
