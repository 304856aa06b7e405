#pragma once

#include "core/base/clock.h"

#include <QList>
#include <QMetaType>
#include <QStringList>

namespace flaredeck::service {

/// What became of access that a person took back, for that person.
struct Receipt {
    enum class Progress { NotAsked, Running, Done, Failed };

    struct SignOut {
        QString label = {}; ///< e-mail, or the account of an API token
        Progress progress = Progress::Running;
        bool atProvider = true; ///< false: there is nothing that the provider could revoke
        Millis at = 0;          ///< when it was done or failed
        QString problem = {};   ///< cause and what to do

        bool operator==(const SignOut &) const = default;
    };

    int number = 0;      ///< counts from 1 in this run; 0 = nothing was taken back yet
    Millis at = 0;       ///< from then on every request of these clients is refused
    qint64 tookUs = 0;   ///< from the order to that moment
    QStringList clients; ///< names of those that lost access; without repetitions
    int grants = 0;
    int streams = 0; ///< open ones that were closed
    int calls = 0;   ///< running ones that were cancelled
    QString problem; ///< why a restart would bring the access back; empty when it would not
    QList<SignOut> signOuts = {};
    Progress keyChange = Progress::NotAsked;
    QString keyProblem = {};

    bool operator==(const Receipt &) const = default;
};

} // namespace flaredeck::service
