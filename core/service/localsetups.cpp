// `connect`: what is planned is shown on the terminal, and comes back as a token to be carried out.
#include "core/service/localverbs.h"
#include "core/service/setups.h"

#include <algorithm>

namespace flaredeck::service::localverb {

using namespace Qt::StringLiterals;
using connect::ClientSetup;
using connect::Way;

namespace {

const QString kToken = u"--token="_s;

const char *stateOf(ClientSetup::State state, bool isHeardOf)
{
    switch (state) {
    case ClientSetup::State::NotFound:
        return "not found";
    case ClientSetup::State::Found:
        return "not connected";
    case ClientSetup::State::Configured:
        return isHeardOf ? "connected" : "configured";
    case ClientSetup::State::Different:
        return "differently";
    case ClientSetup::State::Lost:
        return "entry lost";
    case ClientSetup::State::Unreadable:
        break;
    }
    return "unreadable";
}

const char *nameOf(Way way)
{
    return way == Way::Http ? "address" : "bridge";
}

Json listOf(const connect::Survey &survey, const Snapshot &shot)
{
    Json rows = Json::array();
    for (const ClientSetup &setup : survey.clients) {
        if (setup.state == ClientSetup::State::NotFound)
            continue;
        const Millis heard = lastHeardOf(setup, shot);
        Json row{{"client", setup.id},
                 {"name", setup.name},
                 {"state", stateOf(setup.state, heard > 0 && heard >= setup.writtenAt)},
                 {"way", setup.state == ClientSetup::State::Configured ? nameOf(setup.way) : ""},
                 {"file", setup.file},
                 {"lastHeardAt", heard},
                 {"undo", setup.canUndo}};
        if (!setup.problem.isEmpty())
            row["problem"] = setup.problem;
        if (!setup.note.isEmpty())
            row["note"] = setup.note;
        rows.push_back(std::move(row));
    }
    return rows;
}

Json listOf(const QStringList &words)
{
    Json list = Json::array();
    for (const QString &word : words)
        list.push_back(word);
    return list;
}

Json planOf(const connect::SetupPlan &plan)
{
    return {{"client", plan.id},
            {"way", nameOf(plan.way)},
            {"file", plan.file},
            {"createsFile", plan.createsFile},
            {"changesNothing", plan.changesNothing},
            {"difference", plan.difference},
            {"replaces", listOf(plan.replaces)},
            {"next", listOf(plan.next)},
            {"command", plan.command},
            {"link", plan.link},
            {"note", plan.note},
            {"token", plan.token.toStdString()}};
}

Way wayOf(const ClientSetup &setup, const QStringList &options)
{
    if (options.contains("--bridge"_L1))
        return Way::Bridge;
    if (options.contains("--address"_L1))
        return Way::Http;
    return setup.state == ClientSetup::State::Configured ? setup.way
                                                         : setup.ways.value(0, setup.way);
}

} // namespace

Task<Result<Json>> connectClient(LocalDesk &desk, LocalOrder order)
{
    if (!order.arguments.isEmpty() && order.options.contains("--undo"_L1)) {
        const Result<QString> undone =
            co_await desk.commands.undoSetup(order.arguments.constFirst());
        co_return done(undone ? Result<>() : fail(undone.error()), undone.value_or(QString()));
    }
    const Result<connect::Survey> survey = co_await desk.commands.surveyClients();
    if (!survey)
        co_return fail(survey.error());
    Json answer;
    if (order.arguments.isEmpty()) {
        answer["rows"] = listOf(*survey, *desk.snapshot());
        co_return answer;
    }

    const QString id = order.arguments.constFirst();
    const auto setup = std::find_if(survey->clients.begin(), survey->clients.end(),
                                    [&id](const ClientSetup &one) { return one.id == id; });
    SetupOrder wanted{id, Way::Bridge, order.options.contains("--hosted"_L1)};
    if (setup != survey->clients.end())
        wanted.way = wayOf(*setup, order.options);
    const auto token =
        std::find_if(order.options.begin(), order.options.end(),
                     [](const QString &option) { return option.startsWith(kToken); });
    if (setup != survey->clients.end() && token != order.options.end()) {
        const QByteArray shown = token->sliced(kToken.size()).toLatin1();
        const Result<> written = co_await desk.commands.writeSetup(wanted, shown);
        co_return done(written, u"%1 was connected."_s.arg(setup->name));
    }
    const Result<connect::SetupPlan> plan = co_await desk.commands.planSetup(wanted);
    if (!plan)
        co_return fail(plan.error());
    answer["rows"].push_back(planOf(*plan));
    co_return answer;
}

} // namespace flaredeck::service::localverb
