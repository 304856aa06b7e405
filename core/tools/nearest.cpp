#include "core/tools/nearest.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace flaredeck::tools {

namespace {

constexpr qsizetype kMost = 5;
constexpr qsizetype kCompared = 100; ///< of what is compared

/// Levenshtein's distance.
int distance(const QString &a, const QString &b)
{
    std::vector<int> row(std::size_t(b.size()) + 1);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 0; i < a.size(); ++i) {
        int diagonal = row[0];
        row[0] = int(i) + 1;
        for (qsizetype j = 0; j < b.size(); ++j) {
            const int above = row[std::size_t(j) + 1];
            row[std::size_t(j) + 1] =
                std::min({above + 1, row[std::size_t(j)] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row.back();
}

} // namespace

QStringList nearest(const QString &wanted, const QStringList &names)
{
    const QString sought = wanted.left(kCompared).toLower();
    std::vector<std::pair<int, QString>> rated;
    for (const QString &name : names) {
        const QString text = name.left(kCompared).toLower();
        const bool holds = text.contains(sought) || sought.contains(text);
        const int far = holds ? 0 : distance(sought, text);
        if (holds || far <= std::max<qsizetype>(2, sought.size() / 2))
            rated.emplace_back(far, name);
    }
    std::stable_sort(rated.begin(), rated.end(),
                     [](const auto &a, const auto &b) { return a.first < b.first; });
    QStringList list;
    for (const auto &[far, name] : rated) {
        if (list.size() < kMost && !list.contains(name))
            list << name;
    }
    return list;
}

} // namespace flaredeck::tools
