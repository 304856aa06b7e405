#pragma once

#include "core/base/json.h"

#include <QList>
#include <QString>

#include <vector>

/// The pretend customer: one person and what they have according to resources/sandbox/*.json.
namespace flaredeck::sandbox::inventory {

struct Account {
    QString id;
    QString name;
    qsizetype workers = 0; ///< number of Workers
};

/// A Cloudflare scope that the sandbox's OAuth clients are registered for.
struct UpstreamScope {
    QString id;
    QString summary;
    bool optional = false; ///< a person may untick it at consent
};

/// Every *.json of the folder (see Collections). InvalidInput names the file that cannot be read.
[[nodiscard]] Result<std::vector<Json>> read(const QString &folder);

[[nodiscard]] const QString &userId();
[[nodiscard]] const QString &userEmail();
[[nodiscard]] const QList<Account> &accounts();
[[nodiscard]] const Account *findAccount(const QString &id);
[[nodiscard]] const QList<UpstreamScope> &scopes();
[[nodiscard]] const UpstreamScope *findScope(const QString &id);

} // namespace flaredeck::sandbox::inventory
