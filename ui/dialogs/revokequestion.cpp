#include "ui/dialogs/revokequestion.h"

#include "ui/dialogs/confirm.h"
#include "ui/models/grantmodel.h"

#include <QCoreApplication>

namespace flaredeck::ui::revokequestion {

using service::GrantView;
using service::Snapshot;

namespace {

struct RevokeTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::revokequestion)
};

QString describe(const GrantView &view)
{
    return RevokeTexts::tr("%1 with %2", "client, account")
        .arg(granttext::client(view), granttext::accounts(view.grant));
}

Confirmation::Option signOutOption(const QStringList &signIns)
{
    return {RevokeTexts::tr("Also sign out of Cloudflare"),
            RevokeTexts::tr("Nothing else uses the sign-in of %1.")
                .arg(signIns.join(QStringLiteral(", "))),
            true};
}

/// E-mail addresses of the sign-ins that no other grant uses. Cloudflare cannot revoke API tokens
/// for us, so they are not given up on the way.
QStringList onlyUsedBy(const Snapshot &snapshot, const QList<GrantId> &grants)
{
    QStringList freed;
    for (const store::Login &login : snapshot.logins) {
        bool isUsed = false;
        bool isUsedByOthers = false;
        for (const GrantView &view : snapshot.grants) {
            if (view.grant.login != login.id)
                continue;
            isUsed = true;
            isUsedByOthers = isUsedByOthers || !grants.contains(view.grant.id);
        }
        if (isUsed && !isUsedByOthers && login.kind == store::LoginKind::OAuth)
            freed << login.email;
    }
    return freed;
}

} // namespace

void ask(QWidget *parent, const Snapshot &snapshot, const QList<GrantId> &grants,
         const Confirmed &confirmed)
{
    QStringList effects;
    QList<GrantId> live;
    for (const GrantView &view : snapshot.grants) {
        if (!grants.contains(view.grant.id))
            continue;
        effects << describe(view);
        live << view.grant.id;
    }
    if (live.isEmpty())
        return;
    Confirmation question{
        live.size() == 1 ? RevokeTexts::tr("Revoke this access?")
                         : RevokeTexts::tr("Revoke %1 grants?").arg(live.size()),
        RevokeTexts::tr("Running calls are cancelled and the next call is refused. To go on, the "
                        "client has to ask you again."),
        effects, RevokeTexts::tr("Revoke")};
    if (const QStringList freed = onlyUsedBy(snapshot, live); !freed.isEmpty())
        question.options << signOutOption(freed);
    confirm(parent, question, [live, confirmed](const QList<bool> &ticked) {
        confirmed({.grants = live, .signOut = ticked.value(0)});
    });
}

void askAll(QWidget *parent, const Snapshot &snapshot, const Confirmed &confirmed)
{
    QStringList effects;
    for (const GrantView &view : snapshot.grants)
        effects << describe(view);
    QStringList signIns;
    for (const store::Login &login : snapshot.logins)
        signIns << login.email;
    Confirmation question{
        RevokeTexts::tr("Revoke all access?"),
        effects.isEmpty()
            ? RevokeTexts::tr("No client has access now.")
            : RevokeTexts::tr("Every client loses its access at once and has to ask you again:"),
        effects, RevokeTexts::tr("Revoke all")};
    if (!signIns.isEmpty())
        question.options << signOutOption(signIns);
    const bool canChangeKey = snapshot.keyState == store::KeyState::Ready;
    if (canChangeKey)
        question.options << Confirmation::Option{
            RevokeTexts::tr("Also change the vault's key"),
            RevokeTexts::tr("For when somebody may have had access to this computer or its "
                            "keychain.")};
    const bool canSignOut = !signIns.isEmpty();
    confirm(parent, question, [canSignOut, canChangeKey, confirmed](const QList<bool> &ticked) {
        confirmed({.all = true,
                   .signOut = canSignOut && ticked.first(),
                   .changeKey = canChangeKey && ticked.last()});
    });
}

void tellFailure(QWidget *parent, const Error &error)
{
    // Storage: nobody can use it any more, but the disk does not know.
    tellProblem(parent,
                error.kind == Error::Kind::Storage ? RevokeTexts::tr("Revoked, but not saved yet")
                                                   : RevokeTexts::tr("The access was not revoked"),
                error.text());
}

} // namespace flaredeck::ui::revokequestion
