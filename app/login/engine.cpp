#include "app/login/engine.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace flaredeck::login::engine {

int majorVersion(const QByteArray &version)
{
    return version.split('.').constFirst().toInt();
}

int minimumChromium(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object().value("minimumChromium"_L1).toInt();
}

bool canStart(bool isRoot, const QByteArray &disableSandbox, const QByteArray &chromiumFlags)
{
    return !isRoot || disableSandbox.toInt() != 0 ||
           chromiumFlags.split(' ').contains("--no-sandbox");
}

} // namespace flaredeck::login::engine
