#pragma once

#include "core/http/message.h"

/// The pages that a person sees in the browser while we decide. No external resources, no forms,
/// and a policy that lets nothing else run (Chromium applies form-action to the whole redirect
/// chain).
namespace flaredeck::oauth::flowpages {

struct Waiting {
    QString clientName;
    QString checkPhrase;
    QByteArray flowPath; ///< "/authorize/flow/<handle>"
    QByteArray state;    ///< AuthorizeFlow::stateName()
    QString message;     ///< why it failed; empty while it has not
    QString redirectUri; ///< the page may tell a program on this computer that it was denied
};

[[nodiscard]] http::Response waiting(const Waiting &page);
/// A page with one sentence and no link: for requests that must not lead anywhere.
[[nodiscard]] http::Response message(int status, const QString &title, const QString &text);
/// A redirect with the same protective headers.
[[nodiscard]] http::Response redirect(const QByteArray &location);

} // namespace flaredeck::oauth::flowpages
