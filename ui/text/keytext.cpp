#include "ui/text/keytext.h"

#include <QCoreApplication>

namespace flaredeck::ui::keytext {

using store::KeyProblem;

namespace {

struct KeyTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::keytext)
};

QString signIns(const service::Snapshot &snapshot)
{
    const auto count = snapshot.logins.size();
    return count == 0   ? KeyTexts::tr("No sign-in")
           : count == 1 ? KeyTexts::tr("1 sign-in")
                        : KeyTexts::tr("%1 sign-ins").arg(count);
}

QString grants(const service::Snapshot &snapshot)
{
    const auto count = snapshot.grants.size();
    return count == 1 ? KeyTexts::tr("1 grant") : KeyTexts::tr("%1 grants").arg(count);
}

} // namespace

QString happened(KeyProblem problem)
{
    switch (problem) {
    case KeyProblem::Locked:
        return KeyTexts::tr("The keychain is locked");
    case KeyProblem::Denied:
        return KeyTexts::tr("The keychain refused Flaredeck");
    case KeyProblem::Missing:
        return KeyTexts::tr("There is no keychain");
    case KeyProblem::Silent:
        return KeyTexts::tr("The keychain does not answer");
    case KeyProblem::EntryLost:
        return KeyTexts::tr("The keychain has lost Flaredeck's key");
    case KeyProblem::WrongKey:
        return KeyTexts::tr("The key in the keychain does not fit");
    case KeyProblem::VaultFailed:
        return KeyTexts::tr("The vault cannot be read or written");
    case KeyProblem::Failed:
    case KeyProblem::None:
        break;
    }
    return KeyTexts::tr("The keychain failed");
}

QString means(KeyProblem problem)
{
    switch (problem) {
    case KeyProblem::EntryLost:
        return KeyTexts::tr(
            "The keychain is open, but the entry with the key to your Cloudflare sign-ins is gone: "
            "somebody deleted it, or this is another keychain than before. The sealed sign-ins are "
            "still here, and nothing is changed until you choose.");
    case KeyProblem::WrongKey:
        return KeyTexts::tr(
            "What the keychain holds does not open your Cloudflare sign-ins: the keychain or the "
            "data directory comes from another time or place. The sealed sign-ins are still here, "
            "and nothing is changed until you choose.");
    case KeyProblem::VaultFailed:
        return KeyTexts::tr("The file with your sign-ins and grants gave an error; the log has its "
                            "words. Nothing is changed until you choose.");
    default:
        return KeyTexts::tr("The key to your Cloudflare sign-ins is in the keychain of this "
                            "computer, so Flaredeck cannot open them now. Nothing is lost, and "
                            "nothing is changed until you choose.");
    }
}

QString remedy(KeyProblem problem)
{
    switch (problem) {
    case KeyProblem::Locked:
        return KeyTexts::tr("Unlock the keychain: everything goes on as before.");
    case KeyProblem::Denied:
        return KeyTexts::tr("Allow Flaredeck in the keychain's dialog or settings: everything goes "
                            "on as before.");
    case KeyProblem::Missing:
        return KeyTexts::tr("Start a keyring such as GNOME Keyring or KWallet: everything goes on "
                            "as before.");
    case KeyProblem::Silent:
        return KeyTexts::tr("See whether it waits for a password behind another window: everything "
                            "goes on as before.");
    case KeyProblem::EntryLost:
        return KeyTexts::tr(
            "Restore the keychain, or the user account it belongs to, and everything "
            "goes on as before.");
    case KeyProblem::WrongKey:
        return KeyTexts::tr("Restore the keychain that belongs to this data directory, and "
                            "everything goes on as before.");
    case KeyProblem::VaultFailed:
        return KeyTexts::tr(
            "See that the disk is there and not full: everything goes on as before.");
    case KeyProblem::Failed:
    case KeyProblem::None:
        break;
    }
    return KeyTexts::tr("Start the keychain again: everything goes on as before.");
}

QString costOfThisRunOnly(const service::Snapshot &snapshot)
{
    if (snapshot.logins.isEmpty())
        return KeyTexts::tr("A sign-in that you make now stays in memory and ends with Flaredeck.");
    return KeyTexts::tr(
               "%1 and %2 do not work until Flaredeck starts with the key again. A sign-in that "
               "you make now stays in memory and ends with Flaredeck.")
        .arg(signIns(snapshot), grants(snapshot));
}

QStringList costOfStartingAnew(const service::Snapshot &snapshot)
{
    QStringList lines;
    if (snapshot.logins.size() == 1)
        lines << KeyTexts::tr("1 sign-in has to be done again");
    else if (snapshot.logins.size() > 1)
        lines << KeyTexts::tr("%1 sign-ins have to be done again").arg(snapshot.logins.size());
    if (snapshot.grants.size() == 1)
        lines << KeyTexts::tr(
            "1 grant waits for that; if its client needs a fresh token before, it "
            "has to ask you again");
    else if (snapshot.grants.size() > 1)
        lines << KeyTexts::tr(
                     "%1 grants wait for that; a client that needs a fresh token before has "
                     "to ask you again")
                     .arg(snapshot.grants.size());
    if (snapshot.providerClientSource == QLatin1String("settings"))
        lines << KeyTexts::tr("A client secret of Cloudflare has to be entered again in Settings");
    lines << KeyTexts::tr("What was encrypted with the old key is deleted for good");
    return lines;
}

} // namespace flaredeck::ui::keytext
