#include "core/tools/permit.h"

#include "core/base/logging.h"
#include "core/base/plaintext.h"
#include "core/base/redact.h"
#include "core/store/audit/audit.h"

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kLines = 6;
constexpr qsizetype kNameLength = 40;
constexpr qsizetype kValueLength = 100;
constexpr qsizetype kSentenceLength = 2000;
/// What is cut away is not worth printing.
constexpr qsizetype kLongest = 16LL * 1024;
constexpr qsizetype kLooksAt = 8LL * 1024;

QString cut(const QString &text, qsizetype length)
{
    // Two more, since a cut may leave out a character of two.
    const QString clean = store::audit::clean(text.simplified(), length + 2);
    return clean.size() > length ? plaintext::cut(clean, length - 1) + u'…' : clean;
}

} // namespace

QString argumentsInWords(const Json &arguments)
{
    QStringList lines;
    const Json clean = redaction::walk(arguments);
    for (const auto &[name, value] : clean.items()) {
        if (lines.size() == kLines) {
            lines << u"… and %1 more"_s.arg(qsizetype(arguments.size()) - kLines);
            break;
        }
        const QString key = cut(QString::fromStdString(name), kNameLength);
        const QString printed =
            value.is_string() ? json::toQString(value) : QString::fromUtf8(json::print(value));
        lines << key + u": "_s + cut(plaintext::cut(printed, kLooksAt), kValueLength);
    }
    return lines.join(u'\n');
}

QString changeInWords(const QString &sentence)
{
    return cut(redact(plaintext::cut(sentence, kLooksAt)), kSentenceLength);
}

QString argumentsInFull(const Json &arguments)
{
    constexpr int kIndent = 2;
    const QString all = QString::fromStdString(
        redaction::walk(arguments).dump(kIndent, ' ', false, Json::error_handler_t::replace));
    QStringList lines;
    for (const QString &line : plaintext::cut(all, kLongest).split(u'\n')) {
        const qsizetype indent = line.size() - QStringView(line).trimmed().size();
        lines << QString(indent, u' ') + store::audit::clean(line.trimmed(), kLongest);
    }
    if (all.size() > kLongest)
        lines << u"… and %1 more characters"_s.arg(all.size() - kLongest);
    return lines.join(u'\n');
}

} // namespace flaredeck::tools
