// `forget-everything`: what goes is shown on the terminal, and comes back as a token to be taken
// away.
#include "core/service/localverbs.h"

#include <algorithm>

namespace flaredeck::service::localverb {

using namespace Qt::StringLiterals;

namespace {

const QString kAgreedToken = u"--token="_s;

Json wordsIn(const QStringList &words)
{
    Json list = Json::array();
    for (const QString &word : words)
        list.push_back(json::fromQString(word));
    return list;
}

Json forgetPlanOf(const ForgetPlan &plan)
{
    Json setups = Json::array();
    for (const connect::UndoPlan &setup : plan.setups)
        setups.push_back({{"client", setup.id},
                          {"name", setup.name},
                          {"file", setup.file},
                          {"removesFile", setup.removesFile},
                          {"difference", setup.difference},
                          {"problem", setup.problem}});
    return {{"signIns", wordsIn(plan.signIns)}, {"grants", plan.grants},
            {"clients", plan.clients},          {"keychainEntries", wordsIn(plan.keychainEntries)},
            {"setups", std::move(setups)},      {"starts", wordsIn(plan.starts)},
            {"stays", wordsIn(plan.stays)},     {"directory", plan.directory},
            {"files", wordsIn(plan.files)},     {"token", plan.token.toStdString()}};
}

} // namespace

Task<Result<Json>> forgetEverything(LocalDesk &desk, LocalOrder order)
{
    const auto token =
        std::find_if(order.options.begin(), order.options.end(),
                     [](const QString &option) { return option.startsWith(kAgreedToken); });
    Json answer;
    if (token == order.options.end()) {
        const Result<ForgetPlan> plan = co_await desk.commands.planForgetting();
        if (!plan)
            co_return fail(plan.error());
        Json rows = Json::array();
        rows.push_back(forgetPlanOf(*plan));
        answer["rows"] = std::move(rows);
        co_return answer;
    }
    const QByteArray shown = token->sliced(kAgreedToken.size()).toLatin1();
    const Result<QStringList> left = co_await desk.commands.forgetEverything(shown);
    if (!left)
        co_return fail(left.error());
    answer["done"] = "Everything was taken away; Flaredeck ends and removes its files.";
    answer["left"] = wordsIn(*left);
    co_return answer;
}

} // namespace flaredeck::service::localverb
