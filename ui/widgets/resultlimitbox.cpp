#include "ui/widgets/resultlimitbox.h"

#include "core/base/settings.h"
#include "ui/text/format.h"

#include <QAbstractItemView>

#include <algorithm>

namespace flaredeck::ui {

namespace {
constexpr int kAsForAll = -1;
} // namespace

ResultLimitBox::ResultLimitBox(const QString &name, QWidget *parent)
    : QComboBox(parent)
{
    setAccessibleName(name);
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(this, &QComboBox::activated, this, [this] {
        const int choice = currentData().toInt();
        emit chosen(choice == kAsForAll ? std::nullopt : std::optional(choice));
    });
}

void ResultLimitBox::setLimit(int limit)
{
    if (view()->isVisible())
        return; // a person has the list open
    clear();
    fill(std::max(0, limit));
}

void ResultLimitBox::setOwnLimit(std::optional<int> limit, int usual)
{
    if (view()->isVisible())
        return;
    clear();
    addItem(usual > 0 ? tr("As for all (%1)").arg(format::number(usual)) : tr("As for all (whole)"),
            kAsForAll);
    fill(limit ? std::optional(std::max(0, *limit)) : std::nullopt);
}

void ResultLimitBox::fill(std::optional<int> limit)
{
    QList<int> choices{4000, 8000, 16'000, setting::resultLimit.fallback, 50'000, 100'000};
    // A file that somebody edited may say anything.
    if (limit && *limit > 0 && !choices.contains(*limit))
        choices << *limit;
    std::sort(choices.begin(), choices.end());
    for (const int choice : choices)
        addItem(tr("%1 characters").arg(format::number(choice)), choice);
    addItem(tr("Whole results"), 0);
    setCurrentIndex(findData(limit.value_or(kAsForAll)));
}

} // namespace flaredeck::ui
