// Verbs about remote servers. None of them gives a client anything: what a server offers is granted
// by a person, in the window.
#include "core/service/localverbs.h"

#include <algorithm>

namespace flaredeck::service::localverb {

using namespace Qt::StringLiterals;

namespace {

const char *stateOf(const remote::RemoteView &view)
{
    if (!view.remote.isOn)
        return "off";
    switch (view.remote.state) {
    case store::RemoteState::Open:
        return "open";
    case store::RemoteState::Ok:
        return "signed in";
    case store::RemoteState::NeedsSignIn:
        return "sign-in ended";
    case store::RemoteState::SignedOut:
        break;
    }
    return "not signed in";
}

Json rowOf(const remote::RemoteView &view)
{
    Json row{{"name", view.remote.name},   {"title", view.remote.title}, {"state", stateOf(view)},
             {"tools", view.tools.size()}, {"url", view.remote.url},     {"endsAt", view.endsAt}};
    if (!view.problem.isEmpty())
        row["problem"] = view.problem;
    Json changed = Json::array();
    for (const store::RemoteTool &tool : view.tools) {
        if (tool.isChanged)
            changed.push_back(tool.name);
    }
    if (!changed.empty())
        row["changed"] = std::move(changed);
    return row;
}

Result<remote::RemoteView> find(const Snapshot &shot, const QString &name)
{
    const auto found =
        std::find_if(shot.servers.begin(), shot.servers.end(),
                     [&name](const remote::RemoteView &one) { return one.remote.name == name; });
    if (found == shot.servers.end())
        return fail(Error::Kind::NotFound, u"There is no server '%1'."_s.arg(name),
                    u"`flaredeck-core servers list` shows them."_s);
    return *found;
}

Task<Result<Json>> switchTo(LocalDesk &desk, const LocalOrder &order, bool isOn)
{
    const auto view = find(*desk.snapshot(), order.arguments.constFirst());
    if (!view)
        return atOnce(fail(view.error()));
    return atOnce(done(desk.commands.switchServer(view->remote.name, isOn),
                       isOn ? u"%1 is on."_s.arg(view->remote.title)
                            : u"%1 is off."_s.arg(view->remote.title)));
}

QString counted(const remote::RemoteView &view)
{
    return view.tools.size() == 1 ? u"1 tool"_s : u"%1 tools"_s.arg(view.tools.size());
}

} // namespace

Task<Result<Json>> listServers(LocalDesk &desk, LocalOrder)
{
    Json rows = Json::array();
    for (const remote::RemoteView &view : desk.snapshot()->servers)
        rows.push_back(rowOf(view));
    return atOnce(Json{{"rows", std::move(rows)}});
}

Task<Result<Json>> addServer(LocalDesk &desk, LocalOrder order)
{
    auto adding = desk.commands.addServer(order.arguments.constFirst(), QString(), false);
    const Result<QString> name = co_await adding;
    if (!name)
        co_return fail(name.error());
    const auto view = find(*desk.snapshot(), *name);
    if (!view)
        co_return fail(view.error());
    Json answer = rowOf(*view);
    answer["done"] =
        view->remote.state == store::RemoteState::Open
            ? u"%1 was added, with %2."_s.arg(*name, counted(*view))
            : u"%1 was added. Sign in to it: flaredeck-core servers sign-in %1"_s.arg(*name);
    co_return answer;
}

Task<Result<Json>> removeServer(LocalDesk &desk, LocalOrder order)
{
    const QString name = order.arguments.constFirst();
    return atOnce(done(desk.commands.removeServer(name), u"%1 was removed."_s.arg(name)));
}

Task<Result<Json>> switchServerOn(LocalDesk &desk, LocalOrder order)
{
    return switchTo(desk, order, true);
}

Task<Result<Json>> switchServerOff(LocalDesk &desk, LocalOrder order)
{
    return switchTo(desk, order, false);
}

Task<Result<Json>> testServer(LocalDesk &desk, LocalOrder order)
{
    const QString name = order.arguments.constFirst();
    auto testing = desk.commands.testServer(name);
    const Result<> tested = co_await testing;
    if (!tested)
        co_return fail(tested.error());
    const auto view = find(*desk.snapshot(), name);
    if (!view)
        co_return fail(view.error());
    Json answer = rowOf(*view);
    answer["done"] = u"%1 answers, with %2."_s.arg(view->remote.title, counted(*view));
    co_return answer;
}

Task<Result<Json>> signInToServer(LocalDesk &desk, LocalOrder order)
{
    const QString name = order.arguments.constFirst();
    LocalLines *lines = order.lines;
    LocalDesk::ShowPage show = [lines](const SignInRequest &page) {
        lines->write(
            {{"address", page.url.toString(QUrl::FullyEncoded)}, {"port", page.callback.port()}});
    };
    auto signingIn = desk.signInToServer(name, std::move(show), order.stop);
    const Result<> signedIn = co_await signingIn;
    if (!signedIn)
        co_return fail(signedIn.error());
    const auto view = find(*desk.snapshot(), name);
    if (!view)
        co_return fail(view.error());
    Json answer = rowOf(*view);
    answer["done"] = u"Signed in to %1, with %2."_s.arg(view->remote.title, counted(*view));
    co_return answer;
}

Task<Result<Json>> signOutOfServer(LocalDesk &desk, LocalOrder order)
{
    const QString name = order.arguments.constFirst();
    auto signingOut = desk.commands.signOutOfServer(name);
    const Result<QString> left = co_await signingOut;
    if (!left)
        co_return fail(left.error());
    QString words = u"Signed out of %1."_s.arg(name);
    if (!left->isEmpty())
        words += u' ' + *left;
    Json answer{{"server", name}};
    answer["done"] = words;
    co_return answer;
}

} // namespace flaredeck::service::localverb
