#include "ui/text/logintext.h"

#include "core/provider/scopes.h"
#include "ui/text/format.h"
#include "ui/text/scopetext.h"

#include <QCoreApplication>

namespace flaredeck::ui::logintext {

namespace {

constexpr Millis kSoon = 2LL * 24 * 3600 * 1000;
constexpr qsizetype kNamed = 3; // more are not read

struct LoginTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::logintext)
};

} // namespace

QString kind(const store::Login &login)
{
    if (login.kind == store::LoginKind::OAuth)
        return LoginTexts::tr("OAuth sign-in");
    return login.userId.isEmpty() ? LoginTexts::tr("API token of an account")
                                  : LoginTexts::tr("API token of a person");
}

QString opens(const store::Login &login)
{
    const QStringList lacked =
        scopetext::ordered(scopes::lackedBy(login.upstreamScopes, login.lacks));
    const bool isToken = !scopes::isKnown(login.upstreamScopes);
    QString text;
    if (lacked.isEmpty()) {
        text = isToken ? LoginTexts::tr("Nothing that was tried was refused.")
                       : LoginTexts::tr("Has every permission that clients can get.");
    } else if (lacked.size() <= kNamed) {
        QStringList names;
        for (const QString &scope : lacked)
            names << scopetext::meaning(scope);
        text = LoginTexts::tr("Lacks: %1.").arg(names.join(QStringLiteral(", ")));
    } else {
        text = LoginTexts::tr("Opens %1 of %2 permissions that clients can get.")
                   .arg(scopes::catalogue().size() - lacked.size())
                   .arg(scopes::catalogue().size());
    }
    if (isToken)
        text += QLatin1Char(' ') +
                LoginTexts::tr("Whether it may change things is known when a tool first does.");
    return text;
}

QString validity(const store::Login &login)
{
    if (login.kind == store::LoginKind::OAuth)
        return LoginTexts::tr("Renews itself");
    return login.endsAt > 0 ? LoginTexts::tr("Valid until %1").arg(format::exact(login.endsAt))
                            : LoginTexts::tr("Does not end by itself");
}

QString lastCheck(const store::Login &login, Millis now)
{
    if (login.checkedAt == 0)
        return {};
    const QString when = format::ago(login.checkedAt, now);
    return login.problem.isEmpty() ? LoginTexts::tr("Worked %1").arg(when)
                                   : LoginTexts::tr("Failed %1: %2").arg(when, login.problem);
}

bool endsSoon(const store::Login &login, Millis now)
{
    return login.state == store::LoginState::Ok && login.endsAt > 0 && login.endsAt - now <= kSoon;
}

} // namespace flaredeck::ui::logintext
