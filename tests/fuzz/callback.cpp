#include "core/provider/callback.h"
#include "core/provider/tokenclient.h"
#include "core/providers/cloudflare/envelope.h"
#include "tests/fuzz/fuzztarget.h"

using namespace flaredeck;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Words of Cloudflare, or of whoever pretends, are for the log.
void checkWords(const Error &error, const QString &foreign)
{
    MUST(!error.message.isEmpty() && !error.action.isEmpty());
    // Short ones may well occur in a sentence of ours.
    MUST(foreign.size() < 24 || !error.text().contains(foreign));
}

void checkQuery(const QByteArray &text)
{
    const auto query = provider::CallbackQuery::parse(text);
    const http::Form form = http::Form::parse(text);
    MUST(query.has_value() == form.repeated().isEmpty());
    if (!query)
        return;
    MUST(QString::fromUtf8(query->state) == form.value("state").value_or(QString()));
    MUST(query->code == form.value("code").value_or(QString()));
    checkWords(query->refusal(), query->errorDescription);
    MUST(!query->refusesRenewal() || query->error == u"invalid_scope"_s);
    const http::Response page =
        provider::callbackPage(400, u"Not finished"_s, query->refusal().text());
    MUST(page.status == 400 && !page.body.contains("<script"));
}

void checkAnswer(const http::ClientResponse &response)
{
    const provider::TokenAnswer tokens = provider::TokenClient::readAnswer(response, u"X"_s);
    if (tokens) {
        MUST(response.status == 200 && !tokens->access.isEmpty());
        MUST(tokens->expiresInSeconds > 0);
    } else {
        MUST(!tokens.error().error.message.isEmpty());
    }
    const auto envelope = cloudflare::readEnvelope(response);
    MUST(envelope || !envelope.error().message.isEmpty());
}

} // namespace

/// The end of a Cloudflare sign-in: the query of /oauth/callback in the first line, and
/// Cloudflare's answers, a good and a bad one, in the rest.
FUZZ_TARGET(callback)
{
    const qsizetype end = input.indexOf('\n');
    checkQuery(end < 0 ? input : input.left(end));
    http::ClientResponse response;
    response.headers.append("Content-Type", "application/json");
    response.body = end < 0 ? QByteArray() : input.mid(end + 1);
    for (const int status : {200, 400, 403, 429, 500}) {
        response.status = status;
        checkAnswer(response);
    }
}
