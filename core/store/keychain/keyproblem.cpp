#include "core/store/keychain/keyproblem.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const QString kTryAgain = u"Then choose Try again in Flaredeck, or start it again."_s;

Error storageError(const QString &cause, const QString &action)
{
    return {Error::Kind::Storage, cause, action};
}

} // namespace

KeyProblem problemOf(KeychainFault fault)
{
    switch (fault) {
    case KeychainFault::NotFound:
        return KeyProblem::EntryLost;
    case KeychainFault::Locked:
        return KeyProblem::Locked;
    case KeychainFault::Denied:
        return KeyProblem::Denied;
    case KeychainFault::Missing:
        return KeyProblem::Missing;
    case KeychainFault::Silent:
        return KeyProblem::Silent;
    case KeychainFault::Failed:
        break;
    }
    return KeyProblem::Failed;
}

bool isLoss(KeyProblem problem)
{
    return problem == KeyProblem::EntryLost || problem == KeyProblem::WrongKey;
}

Error describe(KeyProblem problem)
{
    switch (problem) {
    case KeyProblem::None:
        break;
    case KeyProblem::Locked:
        return storageError(u"The keychain of this computer is locked."_s,
                            u"Unlock it. "_s + kTryAgain);
    case KeyProblem::Denied:
        return storageError(u"The keychain of this computer refused Flaredeck."_s,
                            u"Allow Flaredeck to use it. "_s + kTryAgain);
    case KeyProblem::Missing:
        return storageError(
            u"There is no keychain on this computer that Flaredeck can use."_s,
            u"Start a keyring such as GNOME Keyring or KWallet in this session. "_s + kTryAgain);
    case KeyProblem::Silent:
        return storageError(u"The keychain of this computer did not answer."_s,
                            u"See whether it asks for a password, and unlock it. "_s + kTryAgain);
    case KeyProblem::Failed:
        return storageError(u"The keychain of this computer failed."_s,
                            u"The log has its words. Start the keychain again. "_s + kTryAgain);
    case KeyProblem::EntryLost:
        return storageError(
            u"The keychain of this computer no longer holds the key to Flaredeck's sign-ins."_s,
            u"Bring the keychain's entry back, or choose in Flaredeck to start anew and sign in "
            "again."_s);
    case KeyProblem::WrongKey:
        return storageError(
            u"What the keychain of this computer holds does not open Flaredeck's sign-ins."_s,
            u"Bring the keychain or the data directory back that belong together, or choose in "
            "Flaredeck to start anew and sign in again."_s);
    case KeyProblem::VaultFailed:
        return storageError(u"The vault with Flaredeck's sign-ins could not be read or written."_s,
                            u"See that its disk is there and not full. "_s + kTryAgain);
    }
    return storageError(u"The keychain of this computer has not answered yet."_s,
                        u"Unlock it if it asks for a password."_s);
}

} // namespace flaredeck::store
