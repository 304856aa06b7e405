#include "core/connect/configtext.h"
#include "tests/fuzz/fuzztarget.h"

#include "core/base/json.h"

#include <algorithm>
#include <array>

using namespace flaredeck;
using namespace flaredeck::connect;
using namespace Qt::Literals::StringLiterals;

namespace {

const std::array kPlaces{
    Place{Format::Json, {u"mcpServers"_s}},        Place{Format::Toml, {u"mcp_servers"_s}},
    Place{Format::Yaml, {u"extensions"_s}},        Place{Format::Json, {u"mcp"_s, u"servers"_s}},
    Place{Format::Toml, {u"mcp"_s, u"servers"_s}}, Place{Format::Yaml, {u"mcp"_s, u"servers"_s}},
    Place{Format::Json, {u"mcpServers"_s}, true},  Place{Format::Toml, {u"mcp_servers"_s}, true},
    Place{Format::Yaml, {u"mcpServers"_s}, true},
};

const QString kName = u"flaredeck"_s;

const Entry kEntry{{"command", "/opt/flare deck/bridge"},
                   {"args", {"--toolset", "a: b #c", "é\n😀\"\\"}},
                   {"env", {{"MODE", "yes"}, {"a.b", ""}}},
                   {"enabled", true},
                   {"timeout", 30}};

bool mayRefuse(const Error &error)
{
    return error.kind == Error::Kind::InvalidInput && error.message.startsWith(u"Line "_s);
}

/// Every name but ours, as often as it occurs.
QStringList othersOf(const QList<Found> &entries)
{
    QStringList names;
    for (const Found &entry : entries) {
        if (entry.name != kName)
            names << entry.name;
    }
    return names;
}

} // namespace

/// A configuration file: the first byte picks where its servers are.
FUZZ_TARGET(configtext)
{
    if (input.isEmpty())
        return;
    const Place &place =
        kPlaces[(static_cast<unsigned char>(input[0]) - unsigned('0')) % kPlaces.size()];
    const QByteArray file = input.mid(1);

    const auto before = entriesOf(file, place);
    MUST(before || mayRefuse(before.error()));
    const auto added = withEntry(file, place, kName, kEntry);
    MUST(added || mayRefuse(added.error()));
    if (!added) {
        const auto removed = withoutEntry(file, place, kName);
        MUST(removed || removed.error().kind == Error::Kind::NotFound ||
             mayRefuse(removed.error()));
        return;
    }
    MUST(before);

    const auto after = entriesOf(*added, place);
    MUST(after && othersOf(*after) == othersOf(*before));
    const auto ours = std::find_if(after->begin(), after->end(),
                                   [](const Found &entry) { return entry.name == kName; });
    MUST(ours != after->end() && Json(ours->value) == Json(kEntry) && !ours->raw.isEmpty());
    MUST(withEntry(*added, place, kName, kEntry) == *added);

    const auto removed = withoutEntry(*added, place, kName);
    MUST(removed);
    const auto again = entriesOf(*removed, place);
    MUST(again && othersOf(*again) == othersOf(*before));
    // What was added goes without a trace where others were there before.
    const bool wasThere = before->size() != othersOf(*before).size();
    MUST(wasThere || before->isEmpty() || *removed == file);
}
