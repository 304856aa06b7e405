#include "core/sandbox/pages.h"

#include "core/sandbox/template.h"

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox::pages {

namespace {

using Values = std::initializer_list<std::pair<const char *, QString>>;

/// A file of resources/sandbox/pages/ with its values, which must already be HTML.
QString filledFile(const QString &name, Values values)
{
    const Json pattern = QString::fromUtf8(resource(u"pages/"_s + name));
    return json::toQString(filled(pattern, [values](const std::string &key) {
        for (const auto &[known, value] : values) {
            if (key == known)
                return std::optional<Json>(value);
        }
        return std::optional<Json>();
    }));
}

http::Response page(int status, const QString &title, const QString &content)
{
    // No script runs and nothing is loaded. `form-action` is left out on purpose: browsers also
    // apply it to the redirect after the form, which leads to the client.
    return http::Response::html(
        status,
        filledFile(u"page.html"_s, {{"title", title.toHtmlEscaped()},
                                    {"style", QString::fromUtf8(resource(u"pages/style.css"_s))},
                                    {"content", content}})
            .toUtf8(),
        {{"Cache-Control", "no-store"},
         {"Content-Security-Policy",
          "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"},
         {"X-Content-Type-Options", "nosniff"}});
}

QString problemParagraph(const QString &problem)
{
    return problem.isEmpty()
               ? QString()
               : u"<p class=\"problem\" role=\"alert\">%1</p>\n"_s.arg(problem.toHtmlEscaped());
}

QString row(const QString &mark, const QString &title, const QString &detail)
{
    return u"<label class=\"row\">%1<span>%2<small>%3</small></span></label>\n"_s.arg(
        mark, title.toHtmlEscaped(), detail);
}

QString checkbox(const QString &name, const QString &value, bool isChecked)
{
    return u"<input type=\"checkbox\" name=\"%1\" value=\"%2\"%3>"_s.arg(
        name, value, isChecked ? u" checked"_s : QString());
}

} // namespace

http::Response start(const QByteArray &apiToken)
{
    return page(200, u"Start"_s,
                filledFile(u"start.html"_s, {{"token", QString::fromLatin1(apiToken)},
                                             {"email", inventory::userEmail()}}));
}

http::Response signIn(const QString &flow, const QString &clientName, const QString &problemText)
{
    return page(problemText.isEmpty() ? 200 : 400, u"Sign in"_s,
                filledFile(u"signin.html"_s, {{"client", clientName.toHtmlEscaped()},
                                              {"problem", problemParagraph(problemText)},
                                              {"flow", flow},
                                              {"email", inventory::userEmail()}}));
}

http::Response consent(const Consent &content)
{
    QString accounts;
    for (const inventory::Account &account : inventory::accounts())
        accounts +=
            row(checkbox(u"account"_s, account.id, content.chosenAccounts.contains(account.id)),
                account.name, u"%1 Workers"_s.arg(account.workers));
    QString scopes;
    for (const inventory::UpstreamScope &scope : content.scopes)
        scopes += row(scope.optional
                          ? checkbox(u"scope"_s, scope.id, content.chosenScopes.contains(scope.id))
                          : u"<span class=\"always\" aria-label=\"always included\">✓</span>"_s,
                      scope.summary, scope.id);
    const bool isNothing = content.scopes.isEmpty();
    if (isNothing)
        scopes = u"<p>It asks for 0 permissions.</p>\n"_s;
    return page(
        content.problem.isEmpty() ? 200 : 400, u"Authorize"_s,
        filledFile(u"consent.html"_s, {{"client", content.clientName.toHtmlEscaped()},
                                       {"email", inventory::userEmail()},
                                       {"problem", problemParagraph(content.problem)},
                                       {"flow", content.flow},
                                       {"accounts", accounts},
                                       {"scopes", scopes},
                                       {"state", isNothing ? u"disabled"_s : u"autofocus"_s}}));
}

http::Response tokenForm(const QString &keys, const QList<inventory::UpstreamScope> &scopes)
{
    QString rows;
    for (const inventory::UpstreamScope &scope : scopes)
        rows += row(u"<span class=\"always\" aria-label=\"included\">✓</span>"_s, scope.summary,
                    scope.id);
    QString owners = u"<option value=\"user\">%1</option>"_s.arg(inventory::userEmail());
    for (const inventory::Account &account : inventory::accounts())
        owners +=
            u"<option value=\"%1\">%2</option>"_s.arg(account.id, account.name.toHtmlEscaped());
    return page(200, u"Create an API token"_s,
                filledFile(u"token.html"_s,
                           {{"keys", keys.toHtmlEscaped()}, {"owners", owners}, {"scopes", rows}}));
}

http::Response madeToken(const QByteArray &token)
{
    return page(200, u"Your API token"_s,
                u"<h1>Your API token</h1>\n<p>Copy it now; it is shown once.</p>\n"
                "<code id=\"token\">%1</code>"_s.arg(QString::fromLatin1(token)));
}

http::Response problem(const QString &title, const QString &text)
{
    return page(400, title,
                u"<h1>%1</h1>\n<p>%2</p>"_s.arg(title.toHtmlEscaped(), text.toHtmlEscaped()));
}

http::Response workersPrompt()
{
    return http::Response::text(200, resource(u"pages/workersprompt.txt"_s));
}

} // namespace flaredeck::sandbox::pages
