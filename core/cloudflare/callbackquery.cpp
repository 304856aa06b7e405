#include "core/cloudflare/callbackquery.h"

#include "core/base/logging.h"
#include "core/base/plaintext.h"

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

Result<CallbackQuery> CallbackQuery::parse(const QByteArray &query)
{
    const http::Form form = http::Form::parse(query);
    if (!form.repeated().isEmpty()) {
        return fail(Error::Kind::InvalidInput, u"The answer of the sign-in page is malformed."_s,
                    u"Start the sign-in again."_s);
    }
    const auto text = [&form](QByteArrayView name) { return form.value(name).value_or(QString()); };
    return CallbackQuery{text("state").toUtf8(), text("code"), text("error"),
                         text("error_description"), text("iss")};
}

Error CallbackQuery::refusal() const
{
    const QString detail = redact(plaintext::cut(u"%1: %2"_s.arg(error, errorDescription), 500));
    if (error == "access_denied"_L1) {
        return {Error::Kind::Denied, u"The Cloudflare sign-in was refused."_s,
                u"Sign in again and allow access."_s, detail};
    }
    if (error == "invalid_scope"_L1) {
        return {Error::Kind::Upstream,
                u"Cloudflare refused a permission that Flaredeck asked for (invalid_scope)."_s,
                u"Add the missing scopes to the OAuth client in the Cloudflare dashboard."_s,
                detail};
    }
    if (error == "invalid_client"_L1 || error == "unauthorized_client"_L1 ||
        error == "invalid_request"_L1) {
        return {Error::Kind::Upstream,
                u"Cloudflare does not accept Flaredeck's OAuth client (%1)."_s.arg(error),
                u"Check the Cloudflare client in Flaredeck's settings."_s, detail};
    }
    return {Error::Kind::Upstream, u"Cloudflare's sign-in page reported a problem."_s,
            u"Try again in a minute."_s, detail};
}

bool CallbackQuery::refusesOfflineAccess() const
{
    return error == "invalid_scope"_L1 && errorDescription.contains("offline_access"_L1);
}

} // namespace flaredeck::cloudflare
