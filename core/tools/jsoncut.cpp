#include "core/tools/jsoncut.h"

#include <algorithm>
#include <numeric>

namespace flaredeck::tools {

namespace {

/// Documents with more large lists than this have nothing that deserves to be called records.
constexpr std::size_t kMostCuts = 8;

using Steps = std::vector<std::string>; ///< from the root to a value

struct Candidate {
    Steps steps;
    std::vector<qsizetype> sizes;
    qsizetype weight = -1;
};

/// Measures a document, and finds the list to cut.
class Survey
{
public:
    /// Lists that were cut, and those that hold them, are no candidates.
    explicit Survey(const std::vector<Steps> &cut)
        : m_cut(cut)
    {
    }

    qsizetype measure(const Json &value)
    {
        if (value.is_array())
            return list(value);
        return value.is_object() ? object(value) : unitsOf(json::print(value));
    }

    [[nodiscard]] const Candidate &best() const { return m_best; }

private:
    qsizetype list(const Json &value)
    {
        std::vector<qsizetype> sizes;
        sizes.reserve(value.size());
        for (const Json &item : value) {
            const bool isDeep = item.is_structured();
            if (isDeep)
                m_steps.push_back(std::to_string(sizes.size()));
            sizes.push_back(measure(item));
            if (isDeep)
                m_steps.pop_back();
        }
        if (sizes.empty())
            return 2;
        const qsizetype items = std::accumulate(sizes.begin(), sizes.end(), qsizetype{0});
        const qsizetype weight = items - *std::max_element(sizes.begin(), sizes.end());
        const auto commas = static_cast<qsizetype>(sizes.size()) - 1;
        if (weight > m_best.weight && !holdsCut())
            m_best = {m_steps, std::move(sizes), weight};
        return 2 + items + commas;
    }

    qsizetype object(const Json &value)
    {
        qsizetype size = 2 + std::max<qsizetype>(0, static_cast<qsizetype>(value.size()) - 1);
        for (const auto &[key, member] : value.items()) {
            m_steps.push_back(key);
            size += unitsOf(json::print(key)) + 1 + measure(member);
            m_steps.pop_back();
        }
        return size;
    }

    [[nodiscard]] bool holdsCut() const
    {
        return std::any_of(m_cut.begin(), m_cut.end(), [this](const Steps &cut) {
            return m_steps.size() <= cut.size() &&
                   std::equal(m_steps.begin(), m_steps.end(), cut.begin());
        });
    }

    const std::vector<Steps> &m_cut;
    Steps m_steps;
    Candidate m_best;
};

CutList cutOff(Json &document, const Candidate &found, qsizetype tooMuch)
{
    CutList cut;
    for (const std::string &step : found.steps)
        cut.path.push_back(step);
    std::size_t kept = found.sizes.size();
    // The comma before an item goes with it; the first has none.
    for (qsizetype saved = 0; kept > 0 && saved < tooMuch; --kept)
        saved += found.sizes[kept - 1] + (kept > 1 ? 1 : 0);
    auto &items = document.at(cut.path).get_ref<Json::array_t &>();
    const auto end = items.begin() + static_cast<std::ptrdiff_t>(kept);
    cut.shown = static_cast<qsizetype>(kept);
    cut.rest.assign(std::make_move_iterator(end), std::make_move_iterator(items.end()));
    cut.sizes.assign(found.sizes.begin() + static_cast<std::ptrdiff_t>(kept), found.sizes.end());
    items.erase(end, items.end());
    return cut;
}

} // namespace

std::optional<std::vector<CutList>> cutLists(Json &document, qsizetype size)
{
    std::vector<CutList> cuts;
    std::vector<Steps> paths;
    while (paths.size() <= kMostCuts) {
        Survey survey(paths);
        const qsizetype now = survey.measure(document);
        if (now <= size)
            return cuts;
        const Candidate &best = survey.best();
        if (best.sizes.empty())
            break;
        cuts.push_back(cutOff(document, best, now - size));
        paths.push_back(best.steps);
    }
    return std::nullopt;
}

qsizetype unitsOf(const QByteArray &utf8)
{
    return std::accumulate(utf8.begin(), utf8.end(), qsizetype{0}, [](qsizetype sum, char byte) {
        const auto value = static_cast<unsigned char>(byte);
        const bool continues = (value & 0xc0U) == 0x80U;
        return sum + (continues ? 0 : value >= 0xf0U ? 2 : 1);
    });
}

} // namespace flaredeck::tools
