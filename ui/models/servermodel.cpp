#include "ui/models/servermodel.h"

#include "ui/text/format.h"

#include <QCoreApplication>
#include <QUrl>

#include <algorithm>

namespace flaredeck::ui {

using remote::RemoteView;
using store::RemoteState;

namespace {

struct ServerTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::ServerModel)
};

} // namespace

bool servertext::hasSignIn(const RemoteView &view)
{
    return !view.isPublic && view.remote.state != RemoteState::Open;
}

bool servertext::isSignedIn(const RemoteView &view)
{
    return view.remote.state == RemoteState::Ok;
}

qsizetype servertext::changedTools(const RemoteView &view)
{
    return std::count_if(view.tools.begin(), view.tools.end(),
                         [](const store::RemoteTool &tool) { return tool.isChanged; });
}

QString servertext::state(const RemoteView &view)
{
    if (view.isSigningIn)
        return ServerTexts::tr("signing in");
    if (!view.remote.isOn)
        return ServerTexts::tr("off");
    if (view.remote.state == RemoteState::NeedsSignIn)
        return ServerTexts::tr("sign in again");
    if (view.remote.state == RemoteState::SignedOut && hasSignIn(view))
        return ServerTexts::tr("not signed in");
    if (!view.problem.isEmpty())
        return ServerTexts::tr("does not answer");
    if (changedTools(view) > 0)
        return ServerTexts::tr("on, tools changed");
    return ServerTexts::tr("on");
}

Tone servertext::stateTone(const RemoteView &view)
{
    if (!view.remote.isOn || view.isSigningIn)
        return Tone::Neutral;
    if (view.remote.state == RemoteState::NeedsSignIn || !view.problem.isEmpty())
        return Tone::Bad;
    if ((view.remote.state == RemoteState::SignedOut && hasSignIn(view)) || changedTools(view) > 0)
        return Tone::Warn;
    return Tone::Ok;
}

QString servertext::until(const RemoteView &view)
{
    if (!isSignedIn(view) || view.endsAt == 0)
        return {};
    return ServerTexts::tr("about %1").arg(format::moment(view.endsAt, format::now()));
}

ServerModel::ServerModel(QObject *parent)
    : RowModel(
          {
              {.title = tr("Server"),
               .kind = CellKind::Titled,
               .text = [](const RemoteView &row) { return row.remote.title; },
               .toolTip = [](const RemoteView &row) { return row.summary; },
               .note = [](const RemoteView &row) { return QUrl(row.remote.url).host(); }},
              {.title = tr("State"),
               .kind = CellKind::Status,
               .text = servertext::state,
               .tone = servertext::stateTone},
              {.title = tr("Tools"),
               .text =
                   [](const RemoteView &row) {
                       return row.tools.isEmpty() ? QStringLiteral("—")
                                                  : format::number(row.tools.size());
                   },
               .sort = [](const RemoteView &row) { return row.tools.size(); },
               .isNumber = true},
              {.title = tr("Signed in until"),
               .kind = CellKind::Secondary,
               .text = servertext::until,
               .sort = [](const RemoteView &row) { return row.endsAt; }},
          },
          parent)
{
}

} // namespace flaredeck::ui
