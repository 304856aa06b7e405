#include "core/base/origin.h"

#include "core/base/json.h"
#include "core/base/ownfile.h"

#include <QCoreApplication>
#include <QUrl>

#include <array>

namespace flaredeck {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kLargestOrigin = 64LL * 1024;

Origin::Kind kindOf(const QString &word)
{
    using Kind = Origin::Kind;
    static const std::array<std::pair<QLatin1StringView, Kind>, 6> words{{
        {"source"_L1, Kind::Source},
        {"deb"_L1, Kind::Deb},
        {"tarball"_L1, Kind::Tarball},
        {"appimage"_L1, Kind::AppImage},
        {"dmg"_L1, Kind::Dmg},
        {"setup"_L1, Kind::Setup},
    }};
    for (const auto &[name, kind] : words) {
        if (word == name)
            return kind;
    }
    return Kind::Unknown;
}

QString addressAt(const Json &json, const char *key)
{
    const QUrl url(json::stringAt(json, key).value_or(QString()), QUrl::StrictMode);
    const bool isWhole = url.isValid() && url.scheme() == "https"_L1 && !url.host().isEmpty() &&
                         url.userInfo().isEmpty();
    return isWhole ? url.toString(QUrl::FullyEncoded) : QString();
}

} // namespace

Origin originOf(const QString &programs)
{
    auto bytes = readSmallFile(programs + u"/../share/flaredeck/origin.json"_s, kLargestOrigin);
    if (!bytes) // in a bundle of macOS
        bytes = readSmallFile(programs + u"/../Resources/origin.json"_s, kLargestOrigin);
    const auto json = bytes ? json::parse(*bytes) : fail(bytes.error());
    Origin origin;
    if (!json || !json->is_object())
        return origin;
    origin.kind = kindOf(json::stringAt(*json, "kind").value_or(QString()));
    origin.commit = json::stringAt(*json, "commit").value_or(QString());
    origin.date = json::stringAt(*json, "date").value_or(QString());
    origin.home = addressAt(*json, "home");
    if (origin.home.isEmpty())
        return origin;
    origin.issues = addressAt(*json, "issues");
    origin.privacy = addressAt(*json, "privacy");
    origin.latest = addressAt(*json, "latest");
    return origin;
}

const Origin &origin()
{
    static const Origin ours = originOf(QCoreApplication::applicationDirPath());
    return ours;
}

} // namespace flaredeck
