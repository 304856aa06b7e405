#pragma once

#include "core/connect/connector.h"

#include <QByteArray>
#include <QStringList>

namespace flaredeck::service {

/// All that forgetting everything takes away, before it is done.
struct ForgetPlan {
    QStringList signIns; ///< ended at the provider where it can; their labels
    qsizetype grants = 0;
    qsizetype clients = 0;
    QStringList keychainEntries;
    QStringList starts; ///< what starts Flaredeck with the session; whole paths
    QStringList stays;  ///< what cannot go from here, a sentence each: cause and what to do
    QList<connect::UndoPlan> setups; ///< clients' configurations, each as it will be
    QString directory;               ///< of the data
    QStringList files;               ///< of ours in it, whole paths
    QByteArray token;                ///< names this very plan

    bool operator==(const ForgetPlan &) const = default;
};

} // namespace flaredeck::service
