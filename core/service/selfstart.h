#pragma once

#include <QString>
#include <QStringList>

/// How Flaredeck starts by itself with the session: entries that its installers make, or the person
/// by way of the service manager.
namespace flaredeck::service::selfstart {

/// What there is of it and leads to a Flaredeck, whole paths. `config` is the user's folder for
/// settings ($XDG_CONFIG_HOME).
[[nodiscard]] QStringList find(const QString &config, const QString &id);
/// Takes one of them away. The error is a sentence with what to do; empty when it is gone.
[[nodiscard]] QString remove(const QString &entry);

} // namespace flaredeck::service::selfstart
