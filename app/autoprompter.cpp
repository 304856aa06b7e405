#include "app/autoprompter.h"

#include "core/base/logging.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>

#include <algorithm>
#include <iterator>

namespace flaredeck::app {

namespace {

ConsentAnswer answerTo(const ConsentRequest &request)
{
    ConsentAnswer yes;
    yes.allowed = true;
    // A new sign-in is not for a switch to agree to.
    std::set_difference(request.preselected.begin(), request.preselected.end(),
                        request.lacking.begin(), request.lacking.end(),
                        std::inserter(yes.scopes, yes.scopes.end()));
    return yes;
}

CallApprovalAnswer answerTo(const CallApprovalRequest &)
{
    return {CallApprovalChoice::Unavailable};
}

SignInShown answerTo(const SignInRequest &request)
{
    if (request.tabWaiting)
        return {SignInSurface::UseTab, {}};
    // The sandbox agrees by redirects, which end at our callback.
    auto *network = new QNetworkAccessManager;
    QNetworkReply *reply = network->get(QNetworkRequest(request.url));
    QObject::connect(reply, &QNetworkReply::finished, network, &QObject::deleteLater);
    return {SignInSurface::Shown, {}};
}

} // namespace

void AutoPrompter::ask(const prompt::AnyQuestion &question)
{
    std::visit([](const auto &asked) { asked.answer(answerTo(asked.request())); }, question);
}

void AutoPrompter::warn(const QString &title, const QString &text)
{
    qCWarning(lcApp).noquote() << title << text;
}

} // namespace flaredeck::app
