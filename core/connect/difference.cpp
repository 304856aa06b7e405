#include "core/connect/difference.h"

#include "core/base/json.h"
#include "core/base/logging.h"

#include <algorithm>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

const QString kHidden = u"…"_s;
constexpr qsizetype kContextLines = 2;
constexpr qsizetype kShortestHidden = 4; ///< shorter ones are in too many other words
constexpr qsizetype kLongestLine = 300;
constexpr qsizetype kAround = 60; ///< characters of a long line that stay at each side

QStringList linesOf(const QByteArray &bytes)
{
    QStringList list = QString::fromUtf8(bytes).split(u'\n');
    for (QString &line : list) {
        if (line.endsWith(u'\r'))
            line.chop(1);
    }
    if (list.last().isEmpty())
        list.removeLast();
    return list;
}

/// The spellings of a text in a file.
QStringList spellings(const QString &text)
{
    const QByteArray quoted = json::print(text.toStdString());
    return {text, QString::fromUtf8(quoted.mid(1, quoted.size() - 2))};
}

bool canBeHidden(const QString &text)
{
    return text.size() >= kShortestHidden && text != "true"_L1 && text != "false"_L1;
}

class Cover
{
public:
    explicit Cover(const QStringList &texts)
    {
        for (const QString &text : texts) {
            if (canBeHidden(text))
                m_texts += spellings(text);
        }
        // One may be a part of another.
        std::sort(m_texts.begin(), m_texts.end(),
                  [](const QString &a, const QString &b) { return a.size() > b.size(); });
    }
    [[nodiscard]] QString over(QString line) const
    {
        for (const QString &text : m_texts)
            line.replace(text, kHidden);
        return line;
    }

private:
    QStringList m_texts;
};

bool isSpeltOut(const QString &file, const QStringList &texts)
{
    return std::all_of(texts.begin(), texts.end(), [&file](const QString &text) {
        if (!canBeHidden(text))
            return true;
        const QStringList known = spellings(text);
        return !text.contains(u'\n') &&
               std::any_of(known.begin(), known.end(),
                           [&file](const QString &one) { return file.contains(one); });
    });
}

/// A long line without the most of what is the same at its ends.
QString cut(const QString &line, qsizetype top, qsizetype end)
{
    if (line.size() <= kLongestLine)
        return line;
    const qsizetype from = std::max<qsizetype>(0, top - kAround);
    const qsizetype to = std::min(line.size(), std::max(line.size() - end, from) + kAround);
    QString part = line.mid(from, std::min(to - from, kLongestLine));
    if (from > 0)
        part.prepend(kHidden);
    if (from + part.size() < line.size())
        part += kHidden;
    return part;
}

template <typename List>
std::pair<qsizetype, qsizetype> sameEnds(const List &a, const List &b)
{
    const qsizetype most = std::min(a.size(), b.size());
    qsizetype top = 0;
    while (top < most && a[top] == b[top])
        ++top;
    qsizetype end = 0;
    while (end < most - top && a[a.size() - 1 - end] == b[b.size() - 1 - end])
        ++end;
    return {top, end};
}

} // namespace

QString difference(const QByteArray &file, const QByteArray &changed, const QStringList &before,
                   const QStringList &after)
{
    const QStringList old = linesOf(file);
    const QStringList now = linesOf(changed);
    const auto [top, end] = sameEnds(old, now);
    const QStringList removed = old.mid(top, old.size() - end - top);
    const QStringList added = now.mid(top, now.size() - end - top);
    const Cover oldCover(before);
    const Cover newCover(after);
    const bool canShowOld = isSpeltOut(QString::fromUtf8(file), before);

    QStringList shown;
    const auto context = [&](qsizetype from, qsizetype count) {
        for (const QString &line : canShowOld ? old.mid(from, count) : QStringList())
            shown << u"  "_s + redact(oldCover.over(cut(line, 0, line.size())));
    };
    const qsizetype first = std::max<qsizetype>(0, top - kContextLines);
    context(first, top - first);
    qsizetype lineTop = 0;
    qsizetype lineEnd = 0;
    if (removed.size() == 1 && added.size() == 1)
        std::tie(lineTop, lineEnd) = sameEnds(removed.first(), added.first());
    for (const QString &line : removed)
        shown << u"- "_s +
                     (canShowOld ? redact(oldCover.over(cut(line, lineTop, lineEnd))) : kHidden);
    for (const QString &line : added)
        shown << u"+ "_s + newCover.over(cut(line, lineTop, lineEnd));
    context(old.size() - end, std::min(end, kContextLines));
    return shown.join(u'\n');
}

} // namespace flaredeck::connect
