#pragma once

#include "core/service/snapshot.h"
#include "ui/models/rowmodel.h"
#include "ui/theme/tokens.h"

#include <QHash>

namespace flaredeck::ui {

/// Registered clients, one row each.
class ClientModel : public RowModel<service::ClientView>
{
    Q_OBJECT

public:
    /// In the order of the list in the source.
    enum Columns { Name, Program, Protocol, State, Sessions, Calls, LastSeen };

    explicit ClientModel(QObject *parent = nullptr);

    /// Today's calls by client id.
    void setCalls(const QHash<QString, qint64> &calls);
    [[nodiscard]] qint64 callsOf(const ClientId &client) const
    {
        return m_calls.value(client.value);
    }

protected:
    [[nodiscard]] QString key(const service::ClientView &row) const override
    {
        return row.client.id.value;
    }

private:
    QHash<QString, qint64> m_calls;
};

/// Texts about a client.
namespace clienttext {
[[nodiscard]] QString name(const store::Client &client);
/// "%1, by itself", with %1 for the time.
[[nodiscard]] QString origin(const store::Client &client);
[[nodiscard]] QString registrant(const store::Client &client); ///< who, or from where
/// "node · 41822", without the pid once the process is gone.
[[nodiscard]] QString program(const service::ClientView &client);
[[nodiscard]] QString protocol(const service::ClientView &client);
[[nodiscard]] QString
state(const service::ClientView &client); ///< open now, seen 4 min ago, no access, blocked
[[nodiscard]] Tone stateTone(const service::ClientView &client);
} // namespace clienttext

} // namespace flaredeck::ui
