#pragma once

#include "core/http/httpmessage.h"
#include "core/sandbox/inventory.h"

#include <QString>
#include <QStringList>

/// The stand-in's web pages: plain HTML and CSS, no scripts, light and dark. Each one says that it
/// is not Cloudflare.
namespace flaredeck::sandbox::pages {

[[nodiscard]] http::Response start(const QByteArray &apiToken);
/// Step one. `problem` is shown above the form; empty = none.
[[nodiscard]] http::Response signIn(const QString &flow, const QString &clientName,
                                    const QString &problem = {});

struct Consent {
    QString flow;
    QString clientName;
    QList<inventory::UpstreamScope> scopes;
    QStringList chosenAccounts; ///< ticked
    QStringList chosenScopes;   ///< ticked, of the optional ones
    QString problem;
};
/// Step two.
[[nodiscard]] http::Response consent(const Consent &content);
/// The form that makes an API token of these scopes. `keys` goes with it unchanged.
[[nodiscard]] http::Response tokenForm(const QString &keys,
                                       const QList<inventory::UpstreamScope> &scopes);
/// Shows a token, once.
[[nodiscard]] http::Response madeToken(const QByteArray &token);
/// The documentation's page for models that write Workers.
[[nodiscard]] http::Response workersPrompt();
/// For errors that must not be sent to the client (RFC 6749 §4.1.2.1).
[[nodiscard]] http::Response problem(const QString &title, const QString &text);

} // namespace flaredeck::sandbox::pages
