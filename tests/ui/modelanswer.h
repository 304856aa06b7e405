#pragma once

#include <QTest>

#include <optional>

namespace flaredeck::ui {

/// What a PagedModel says after it was asked: `answerOf(model, &ActivityModel::update)`.
template <typename Model, typename Ask, typename... Values>
typename Model::Added answerOf(Model &model, Ask ask, const Values &...values)
{
    std::optional<typename Model::Added> told;
    model.onRead([&told](const typename Model::Added &added) { told = added; });
    std::invoke(ask, model, values...);
    const bool isTold = QTest::qWaitFor([&told] { return told.has_value(); });
    model.onRead({});
    return isTold ? *told : fail(Error::Kind::Timeout, QStringLiteral("The model says nothing."));
}

} // namespace flaredeck::ui
