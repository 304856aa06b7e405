#include "ui/text/setuptext.h"

#include "core/provider/scopes.h"

#include <QCoreApplication>
#include <QUrl>

namespace flaredeck::ui {

namespace {

struct SetupTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::setuptext)
};

} // namespace

QString setuptext::redirectUri(const service::Snapshot &snapshot)
{
    return QUrl(snapshot.server.mcpUrl)
        .resolved(QUrl(QStringLiteral("/oauth/callback")))
        .toString();
}

QString setuptext::scopes(const ScopeSet &ours)
{
    QStringList ids = flaredeck::scopes::upstreamFor(ours);
    // In the dashboard the grant "Refresh Token" stands for this scope.
    ids.removeAll(QStringLiteral("offline_access"));
    return ids.join(QLatin1Char(' '));
}

QString setuptext::dashboard()
{
    return QStringLiteral("https://dash.cloudflare.com/");
}

QString setuptext::steps()
{
    return SetupTexts::tr(
        "In Cloudflare's dashboard under Manage account → OAuth clients, with the "
        "grants Authorization Code and Refresh Token and the method none. Enter "
        "these there:");
}

QString setuptext::sandboxCommand()
{
    QString program = QCoreApplication::applicationFilePath();
    if (program.contains(QLatin1Char(' ')))
        program = QLatin1Char('"') + program + QLatin1Char('"');
    return program + QStringLiteral(" --sandbox");
}

} // namespace flaredeck::ui
