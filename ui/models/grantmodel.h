#pragma once

#include "core/service/snapshot.h"
#include "ui/models/rowmodel.h"

#include <QHash>

namespace flaredeck::ui {

/// Live grants, one row for each client and sign-in.
class GrantModel : public RowModel<service::GrantView>
{
    Q_OBJECT

public:
    /// In the order of the list in the source.
    enum Columns { Client, Account, May, Granted, LastUsed, Calls };

    explicit GrantModel(QObject *parent = nullptr);

    /// All recorded calls by grant id.
    void setCalls(const QHash<QString, qint64> &calls);
    [[nodiscard]] qint64 callsOf(const GrantId &grant) const { return m_calls.value(grant.value); }

protected:
    [[nodiscard]] QString key(const service::GrantView &row) const override
    {
        return row.grant.id.value;
    }

private:
    QHash<QString, qint64> m_calls;
};

namespace granttext {
[[nodiscard]] QString client(const service::GrantView &grant);
[[nodiscard]] QString accounts(const store::Grant &grant); ///< one name, or "2 accounts"
[[nodiscard]] QString
lifetime(const store::Grant &grant); ///< "until revoked", "until 3 Mar, 14:02"
} // namespace granttext

} // namespace flaredeck::ui
