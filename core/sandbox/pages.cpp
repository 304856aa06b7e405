#include "core/sandbox/pages.h"

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox::pages {

namespace {

const QString kStyle = uR"(
:root { color-scheme: light dark;
  --window: #f7f7f8; --surface: #ffffff; --line: #e2e3e6; --text: #1d1f23; --text2: #5f6570;
  --accent: #ad4608; --onaccent: #ffffff; --bad: #b4232a; --note: #fff4e0; --notetext: #6b4700; }
@media (prefers-color-scheme: dark) { :root {
  --window: #1b1c1e; --surface: #242629; --line: #36383c; --text: #ecedef; --text2: #a2a8b3;
  --accent: #ff8b3d; --onaccent: #1b1c1e; --bad: #ff7a7a; --note: #33291a; --notetext: #f2b84b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--window); color: var(--text);
  font: 15px/1.5 system-ui, "Noto Sans", "DejaVu Sans", sans-serif; }
.banner { background: var(--note); color: var(--notetext); text-align: center; padding: 8px 16px;
  font-size: 13px; font-weight: 600; border-bottom: 1px solid var(--line);
  position: sticky; top: 0; z-index: 1; }
main { max-width: 440px; margin: 12px auto; padding: 0 16px; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 10px;
  padding: 20px 24px; }
h1 { font-size: 20px; line-height: 1.3; margin: 0 0 4px; }
p { margin: 0 0 16px; color: var(--text2); }
p.problem { color: var(--bad); font-weight: 600; }
fieldset { border: 0; margin: 0 0 16px; padding: 0; }
legend, label.field { font-size: 13px; font-weight: 600; color: var(--text2); padding: 0;
  margin-bottom: 8px; display: block; }
.row { display: flex; gap: 12px; align-items: center; padding: 8px 12px; margin-bottom: 6px;
  border: 1px solid var(--line); border-radius: 6px; font-size: 14px; line-height: 1.4; }
.row span:last-child { flex: 1; display: flex; flex-wrap: wrap; justify-content: space-between;
  align-items: baseline; gap: 0 8px; }
.row small { color: var(--text2); font-size: 11px; }
.row input { width: 18px; height: 18px; margin: 0; accent-color: var(--accent); flex: none; }
.row .always { width: 18px; text-align: center; color: var(--text2); flex: none; }
input[type=email] { width: 100%; font: inherit; padding: 10px 12px; border-radius: 6px;
  border: 1px solid var(--line); background: var(--window); color: var(--text);
  margin-bottom: 16px; }
.buttons { display: flex; gap: 12px; }
button { flex: 1; font: inherit; font-weight: 600; padding: 12px 16px; border-radius: 6px;
  border: 1px solid var(--line); background: var(--surface); color: var(--text); cursor: pointer; }
button.primary { background: var(--accent); color: var(--onaccent); border-color: var(--accent); }
button:disabled { opacity: 0.5; cursor: default; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; background: var(--window);
  border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; display: block;
  overflow-wrap: anywhere; color: var(--text); margin-bottom: 16px; }
)"_s;

http::Response page(int status, const QString &title, const QString &body)
{
    const QString document =
        u"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>%1 · Sandbox</title>\n<style>%2</style>\n</head>\n<body>\n"
        "<div class=\"banner\" role=\"note\">Sandbox — not Cloudflare. "
        "Nothing here leaves your computer.</div>\n"
        "<main><div class=\"card\">\n%3\n</div></main>\n</body>\n</html>\n"_s.arg(
            title.toHtmlEscaped(), kStyle, body);
    // No script runs and nothing is loaded. `form-action` is left out on purpose: browsers apply it
    // to the redirect after the form too, and that one goes to the client.
    return http::Response::html(
        status, document.toUtf8(),
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

QString accountRow(const Account &account, bool checked)
{
    return u"<label class=\"row\"><input type=\"checkbox\" name=\"account\" value=\"%1\"%2>"
           "<span>%3<small>%4 Workers</small></span></label>\n"_s.arg(
               account.id, checked ? u" checked"_s : QString(), account.name.toHtmlEscaped(),
               QString::number(account.workers.size()));
}

QString scopeRow(const inventory::UpstreamScope &scope, bool checked)
{
    const QString mark = scope.optional
                             ? u"<input type=\"checkbox\" name=\"scope\" value=\"%1\"%2>"_s.arg(
                                   scope.id, checked ? u" checked"_s : QString())
                             : u"<span class=\"always\" aria-label=\"always included\">✓</span>"_s;
    return u"<label class=\"row\">%1<span>%2<small>%3</small></span></label>\n"_s.arg(
        mark, scope.summary.toHtmlEscaped(), scope.id);
}

} // namespace

http::Response start(const QByteArray &apiToken)
{
    return page(
        200, u"Start"_s,
        u"<h1>A stand-in for Cloudflare</h1>\n"
        "<p>It answers like Cloudflare's sign-in and API, with made-up accounts, Workers and "
        "logs, so that the app can be tried without an account.</p>\n"
        "<label class=\"field\">API token, to try signing in with a pasted token</label>\n"
        "<code>%1</code>\n"
        "<label class=\"field\">API</label>\n<code>/client/v4</code>\n"
        "<p>Sign in as %2.</p>"_s.arg(QString::fromLatin1(apiToken), inventory::kUserEmail));
}

http::Response signIn(const QString &flow, const QString &clientName, const QString &problemText)
{
    return page(problemText.isEmpty() ? 200 : 400, u"Sign in"_s,
                u"<h1>Sign in</h1>\n<p>to continue to %1</p>\n%2"
                "<form method=\"post\" action=\"/oauth2/signin\">\n"
                "<input type=\"hidden\" name=\"flow\" value=\"%3\">\n"
                "<label class=\"field\" for=\"email\">E-mail</label>\n"
                "<input type=\"email\" id=\"email\" name=\"email\" value=\"%4\" required "
                "autocomplete=\"off\">\n"
                "<div class=\"buttons\"><button class=\"primary\" type=\"submit\" autofocus>Sign in"
                "</button></div>\n</form>"_s.arg(clientName.toHtmlEscaped(),
                                                 problemParagraph(problemText), flow,
                                                 inventory::kUserEmail));
}

http::Response consent(const Consent &content)
{
    QString accounts;
    for (const Account &account : inventory::accounts())
        accounts += accountRow(account, content.chosenAccounts.contains(account.id));
    QString scopes;
    for (const inventory::UpstreamScope &scope : content.scopes)
        scopes += scopeRow(scope, content.chosenScopes.contains(scope.id));
    const bool nothingAsked = content.scopes.isEmpty();
    if (nothingAsked)
        scopes = u"<p>It asks for 0 permissions.</p>\n"_s;

    return page(
        content.problem.isEmpty() ? 200 : 400, u"Authorize"_s,
        u"<h1>Authorize %1</h1>\n<p>Signed in as %2</p>\n%3"
        "<form method=\"post\" action=\"/oauth2/consent\">\n"
        "<input type=\"hidden\" name=\"flow\" value=\"%4\">\n"
        "<fieldset><legend>Accounts it may reach</legend>\n%5</fieldset>\n"
        "<fieldset><legend>What it may do</legend>\n%6</fieldset>\n"
        "<div class=\"buttons\">"
        "<button type=\"submit\" name=\"decision\" value=\"deny\">Deny</button>"
        "<button class=\"primary\" type=\"submit\" name=\"decision\" value=\"allow\"%7>Authorize"
        "</button></div>\n</form>"_s.arg(content.clientName.toHtmlEscaped(), inventory::kUserEmail,
                                         problemParagraph(content.problem), content.flow, accounts,
                                         scopes, nothingAsked ? u" disabled"_s : u" autofocus"_s));
}

http::Response problem(const QString &title, const QString &text)
{
    return page(400, title,
                u"<h1>%1</h1>\n<p>%2</p>"_s.arg(title.toHtmlEscaped(), text.toHtmlEscaped()));
}

http::Response workersPrompt()
{
    return http::Response::text(200, R"(# Writing Workers (stand-in)

This text stands in for the one that Cloudflare publishes; the sandbox does not reach the internet.

- Write modules: `export default { async fetch(request, env, ctx) { ... } }`, in TypeScript.
- Read configuration and secrets from `env`; never put a secret into the code.
- Name what the Worker uses as bindings in `wrangler.jsonc`, with a `compatibility_date`.
- Answer errors with a status and a short text, and log what went wrong.
- Use `ctx.waitUntil` for work that may end after the answer.
)");
}

} // namespace flaredeck::sandbox::pages
