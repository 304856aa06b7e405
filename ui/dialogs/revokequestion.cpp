#include "ui/dialogs/revokequestion.h"

#include "core/service/commands.h"
#include "ui/dialogs/confirm.h"
#include "ui/models/grantmodel.h"

#include <QCoreApplication>
#include <QWidget>

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

/// E-mail addresses of the sign-ins that no other grant uses. API tokens cannot be revoked
/// from here, so they are not given up on the way.
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

void revoke(QWidget *parent, service::CommandQueue &commands, const service::RevokeOrder &order)
{
    whenDone(commands.ask(&service::Commands::revoke, order), parent,
             [parent](const Result<> &done) {
                 if (done)
                     return;
                 // Storage: nobody can use it any more, but the disk does not know.
                 tellProblem(parent,
                             done.error().kind == Error::Kind::Storage
                                 ? RevokeTexts::tr("Revoked, but not saved yet")
                                 : RevokeTexts::tr("The access was not revoked"),
                             done.error().text());
             });
}

} // namespace

void ask(QWidget *parent, service::CommandQueue &commands, const Snapshot &snapshot,
         const QList<GrantId> &grants)
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
    confirm(parent, question, [parent, &commands, live](const QList<bool> &ticked) {
        revoke(parent, commands, {.grants = live, .signOut = ticked.value(0)});
    });
}

void askAll(QWidget *parent, service::CommandQueue &commands, const Snapshot &snapshot)
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
    confirm(parent, question,
            [parent, &commands, canSignOut, canChangeKey](const QList<bool> &ticked) {
                revoke(parent, commands,
                       {.all = true,
                        .signOut = canSignOut && ticked.first(),
                        .changeKey = canChangeKey && ticked.last()});
            });
}

} // namespace flaredeck::ui::revokequestion
