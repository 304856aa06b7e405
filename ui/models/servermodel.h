#pragma once

#include "core/remote/remotes.h"
#include "ui/models/rowmodel.h"

namespace flaredeck::ui {

/// The remote servers, the provider's own first.
class ServerModel : public RowModel<remote::RemoteView>
{
    Q_OBJECT

public:
    /// In the order of the list in the source.
    enum Columns { Server, State, Tools, Until };

    explicit ServerModel(QObject *parent = nullptr);

protected:
    [[nodiscard]] QString key(const remote::RemoteView &row) const override
    {
        return row.remote.name;
    }
};

namespace servertext {
[[nodiscard]] QString state(const remote::RemoteView &view);
[[nodiscard]] Tone stateTone(const remote::RemoteView &view);
/// "3 Mar, 14:02", "about 3 Mar"; empty where a sign-in has no known end.
[[nodiscard]] QString until(const remote::RemoteView &view);
[[nodiscard]] bool isSignedIn(const remote::RemoteView &view);
/// Whether somebody can sign in to it.
[[nodiscard]] bool hasSignIn(const remote::RemoteView &view);
[[nodiscard]] qsizetype changedTools(const remote::RemoteView &view);
} // namespace servertext

} // namespace flaredeck::ui
