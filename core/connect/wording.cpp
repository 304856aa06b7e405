#include "core/connect/wording.h"

#include <QRegularExpression>
#include <QUrl>

#include <functional>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

const QString kName = u"flaredeck"_s;

QString shellWord(const QString &word)
{
    static const QRegularExpression kPlain(u"^[A-Za-z0-9_@%+=:,./-]+$"_s);
    if (kPlain.match(word).hasMatch())
        return word;
    return u'\'' + QString(word).replace(u"'"_s, u"'\\''"_s) + u'\'';
}

QString shellWords(const QStringList &words)
{
    QStringList quoted;
    for (const QString &word : words)
        quoted << shellWord(word);
    return quoted.join(u' ');
}

/// ASCII alone: not every client reads what it decodes as UTF-8.
QString printed(const Entry &entry)
{
    return QString::fromStdString(entry.dump(-1, ' ', true));
}

Entry withName(const Entry &entry)
{
    Entry named{{"name", kName.toStdString()}};
    for (const auto &member : entry.items())
        named[member.key()] = member.value();
    return named;
}

/// The template with all that it names. Each value is quoted as `quote` does; lists of words are
/// for shells alone.
QString filled(QString text, const Entry &entry, const Target &target,
               const std::function<QString(const QString &)> &quote)
{
    const QString inner = printed(entry);
    const std::pair<QLatin1StringView, QString> values[] = {
        {"{name}"_L1, quote(kName)},
        {"{url}"_L1, quote(target.url)},
        {"{entry}"_L1, quote(inner)},
        {"{named}"_L1, quote(printed(withName(entry)))},
        {"{base64}"_L1, quote(QString::fromLatin1(inner.toLatin1().toBase64()))},
        {"{program}"_L1, quote(target.bridge.value(0))},
        {"{arguments}"_L1, shellWords(target.bridge.mid(1))},
        {"{words}"_L1, shellWords(target.bridge)},
    };
    // In one go: a value may look like a blank to be filled.
    QString done;
    while (!text.isEmpty()) {
        qsizetype taken = 1;
        QString piece = text.first(1);
        for (const auto &[blank, value] : values) {
            if (text.startsWith(blank)) {
                taken = blank.size();
                piece = value;
            }
        }
        done += piece;
        text.remove(0, taken);
    }
    return done.trimmed();
}

QString filledFor(const KnownClient &client, const QMap<Way, QString> &templates, Way way,
                  const Target &target, const std::function<QString(const QString &)> &quote)
{
    const QString text = templates.value(way);
    const bool isReached = way == Way::Http ? !target.url.isEmpty() : !target.bridge.isEmpty();
    const auto &shape = client.shape(way);
    if (text.isEmpty() || !isReached || !shape)
        return {};
    return filled(text, makeEntry(*shape, target, {}, kName), target, quote);
}

} // namespace

QString commandFor(const KnownClient &client, Way way, const Target &target)
{
    return filledFor(client, client.commands, way, target, shellWord);
}

QString linkFor(const KnownClient &client, Way way, const Target &target)
{
    return filledFor(client, client.links, way, target, [](const QString &value) {
        return QString::fromLatin1(QUrl::toPercentEncoding(value));
    });
}

QString noteFor(const QString &realPath, const Target &target, const Surroundings &around)
{
    if (!around.isOfWindows(realPath))
        return {};
    const QString words = u"This file is on a drive of Windows, so a program of Windows reads it. "
                          u"Such a program does "
                          "not come to this address as a program of yours, which it would have to, "
                          "and does not start "
                          "a Linux program by its path."_s;
    if (target.bridge.isEmpty())
        return words;
    QStringList bridge{u"wsl.exe"_s};
    if (!around.distribution.isEmpty())
        bridge << u"-d"_s << around.distribution;
    bridge << u"--"_s << target.bridge;
    return words + u" It can start the bridge as: %1"_s.arg(bridge.join(u' '));
}

} // namespace flaredeck::connect
