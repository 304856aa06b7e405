#include "core/oauth/clients/clientdocument.h"
#include "core/oauth/clients/redirecturi.h"
#include "tests/fuzz/fuzztarget.h"

#include <QHostAddress>
#include <QUrl>

#include <algorithm>

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr quint16 kDocumentPort = 8788;

/// What is admitted is asked for unchanged, at a public name, and printable anywhere.
void checkDocumentUrl(const QString &text)
{
    if (!clientdocument::checkUrl(text))
        return;
    const QUrl url(text, QUrl::StrictMode);
    MUST(url.isValid() && url.scheme() == u"https"_s);
    MUST(url.toEncoded() == text.toUtf8());
    MUST(url.userInfo().isEmpty() && !url.hasFragment() && url.path().size() > 1);
    MUST(QHostAddress(url.host()).isNull());
    MUST(std::all_of(text.begin(), text.end(), [](QChar c) { return c > u' ' && c < u'\x7f'; }));
    MUST(clientdocument::isUrl(text));
    MUST(clientdocument::publisher(text).startsWith(url.host()));
}

} // namespace

/// A client that is a document: the first line is its address, the rest what is published there.
FUZZ_TARGET(document)
{
    const qsizetype end = input.indexOf('\n');
    const QString url = QString::fromUtf8(end < 0 ? input : input.left(end));
    checkDocumentUrl(url);

    const QByteArray published = end < 0 ? QByteArray() : input.mid(end + 1);
    const auto client = clientdocument::parse(url, published, kDocumentPort);
    if (!client) {
        MUST(client.error().kind == Error::Kind::InvalidInput && !client.error().message.isEmpty());
        return;
    }
    const auto body = json::parse(published);
    MUST(body && json::stringAt(*body, "client_id") == url);
    MUST(client->id.value == url && client->kind == store::ClientKind::Document);
    MUST(client->authMethod == u"none"_s && !client->name.isEmpty());
    MUST(!client->redirectUris.isEmpty());
    for (const QString &uri : client->redirectUris) {
        const auto parts = redirecturi::parse(uri);
        MUST(parts && !redirecturi::isOwnOrigin(*parts, kDocumentPort));
    }
    // What anybody can read proves nothing.
    for (const char *key : {"client_secret", "client_secret_expires_at"})
        MUST(!body->contains(key) && !client->metadata.contains(key));
}
