#include "core/tools/permit.h"

#include "core/base/logging.h"
#include "core/base/plaintext.h"
#include "core/store/audit.h"

#include <QRegularExpression>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kLines = 6;
constexpr qsizetype kNameLength = 40;
constexpr qsizetype kValueLength = 100;
/// What is cut away is not worth printing; more than the longest credential, so that redaction sees
/// one that the cut would divide.
constexpr qsizetype kLooksAt = 8LL * 1024;

QString cut(const QString &text, qsizetype length)
{
    const QString clean = store::audit::clean(text.simplified(), length + 1);
    return clean.size() > length ? plaintext::cut(clean, length - 1) + u'…' : clean;
}

} // namespace

QString argumentsInWords(const Json &arguments)
{
    static const QRegularExpression secretName(u"token|secret|password|credential|authorization"_s,
                                               QRegularExpression::CaseInsensitiveOption);
    QStringList lines;
    for (const auto &[name, value] : arguments.items()) {
        if (lines.size() == kLines) {
            lines << u"… and %1 more"_s.arg(qsizetype(arguments.size()) - kLines);
            break;
        }
        const QString key = cut(QString::fromStdString(name), kNameLength);
        const QString printed =
            value.is_string() ? json::toQString(value) : QString::fromUtf8(json::print(value));
        lines << key + u": "_s +
                     (key.contains(secretName)
                          ? u"[redacted]"_s
                          : cut(redact(plaintext::cut(printed, kLooksAt)), kValueLength));
    }
    return lines.join(u'\n');
}

} // namespace flaredeck::tools
