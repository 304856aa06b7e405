#include "core/sandbox/tokenpage.h"

#include "core/base/json.h"
#include "core/sandbox/inventory.h"
#include "core/sandbox/pages.h"

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

constexpr Millis kDay = 24LL * 3600 * 1000;

} // namespace

QStringList TokenPage::scopesOf(const QString &keys)
{
    QStringList scopes;
    const Result<Json> list = json::parse(keys.toUtf8());
    if (!list || !list->is_array())
        return scopes;
    for (const Json &entry : *list) {
        QString stem = json::stringAt(entry, "key").value_or(QString());
        const QString type = json::stringAt(entry, "type").value_or(QString());
        stem.replace(u'_', u'-');
        const QString id = stem + u'.' + (type == "edit"_L1 ? u"write"_s : type);
        if (inventory::findScope(id))
            scopes << id;
    }
    scopes.removeDuplicates();
    return scopes;
}

http::Response TokenPage::handle(const http::Request &request)
{
    if (request.method == http::Method::Post)
        return make(http::Form::parse(request.body));
    if (request.method != http::Method::Get)
        return http::Response::empty(405, {{"Allow", "GET, POST"}});
    const QString keys =
        http::Form::parse(request.query).value("permissionGroupKeys").value_or(QString());
    QList<inventory::UpstreamScope> scopes;
    for (const QString &id : scopesOf(keys))
        scopes << *inventory::findScope(id);
    return pages::tokenForm(keys, scopes);
}

http::Response TokenPage::make(const http::Form &form)
{
    Agreement agreement;
    agreement.scopes = scopesOf(form.value("permissionGroupKeys").value_or(QString()));
    const QString account = form.value("owner").value_or(QString());
    const bool ofAccount = inventory::findAccount(account) != nullptr;
    if (ofAccount) {
        agreement.scopes.removeAll(u"user-details.read"_s);
        agreement.accounts = {account};
    } else {
        for (const inventory::Account &each : inventory::accounts())
            agreement.accounts << each.id;
    }
    const int days = form.value("days").value_or(QString()).toInt();
    return pages::madeToken(
        m_tokens.issueApiToken(agreement, ofAccount, days > 0 ? m_clock.now() + days * kDay : 0));
}

} // namespace flaredeck::sandbox
