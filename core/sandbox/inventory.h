#pragma once

#include "core/base/clock.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace flaredeck::sandbox {

/// What starts a Worker.
enum class Trigger { Fetch, Cron, Queue };

struct Worker {
    QString name;
    QString tag; ///< 32 hexadecimal digits; the id that Builds call workerId
    Trigger trigger = Trigger::Fetch;
    int createdDaysAgo = 0;
    int modifiedDaysAgo = 0;
    int weight = 1;        ///< share of the generated events
    int errorPermille = 0; ///< how often an invocation fails
    QStringList routes;    ///< "GET /path", the cron expression or the queue's name
    QString source;        ///< what a download of the script gives
};

struct Account {
    QString id;
    QString name;
    int createdDaysAgo = 0;
    QList<Worker> workers;
};

/// The pretend customer: one person, two accounts, their Workers. Fixed data.
namespace inventory {

inline const QString kUserId = QStringLiteral("5a4d8b7e2c1f40b39d6e0f1a2b3c4d5e");
inline const QString kUserEmail = QStringLiteral("demo@acme.example");

[[nodiscard]] const QList<Account> &accounts();
[[nodiscard]] const Account *findAccount(const QString &id);
[[nodiscard]] const Worker *findWorker(const Account &account, const QString &name);

/// Every Cloudflare scope id that the sandbox's OAuth clients are registered for, with its meaning.
struct UpstreamScope {
    QString id;
    QString summary;
    bool optional = false; ///< a person may untick it at consent
};
[[nodiscard]] const QList<UpstreamScope> &scopes();
[[nodiscard]] const UpstreamScope *findScope(const QString &id);

} // namespace inventory
} // namespace flaredeck::sandbox
