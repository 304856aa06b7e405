#include "core/oauth/consent/checkphrase.h"

#include "core/base/crypto.h"

#include <array>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

// 64 words each, so that a random byte picks one without bias.
constexpr std::array kFirst{
    "amber"_L1,   "ancient"_L1, "arctic"_L1,  "autumn"_L1, "bold"_L1,    "brave"_L1,  "bright"_L1,
    "bronze"_L1,  "calm"_L1,    "clever"_L1,  "cobalt"_L1, "copper"_L1,  "coral"_L1,  "cosmic"_L1,
    "crimson"_L1, "crisp"_L1,   "curious"_L1, "dapper"_L1, "distant"_L1, "dusty"_L1,  "early"_L1,
    "emerald"_L1, "fancy"_L1,   "fleet"_L1,   "frosty"_L1, "gentle"_L1,  "golden"_L1, "grand"_L1,
    "green"_L1,   "happy"_L1,   "hidden"_L1,  "humble"_L1, "indigo"_L1,  "ivory"_L1,  "jolly"_L1,
    "keen"_L1,    "little"_L1,  "lively"_L1,  "lucky"_L1,  "lunar"_L1,   "mellow"_L1, "mighty"_L1,
    "misty"_L1,   "modest"_L1,  "noble"_L1,   "olive"_L1,  "patient"_L1, "polar"_L1,  "proud"_L1,
    "quick"_L1,   "quiet"_L1,   "rapid"_L1,   "rustic"_L1, "scarlet"_L1, "silent"_L1, "silver"_L1,
    "solar"_L1,   "steady"_L1,  "sunny"_L1,   "swift"_L1,  "tidy"_L1,    "velvet"_L1, "violet"_L1,
    "winter"_L1,
};
constexpr std::array kSecond{
    "acorn"_L1,  "anchor"_L1,   "badger"_L1, "beacon"_L1, "birch"_L1,   "bridge"_L1,  "candle"_L1,
    "canyon"_L1, "castle"_L1,   "cedar"_L1,  "cloud"_L1,  "comet"_L1,   "compass"_L1, "cricket"_L1,
    "delta"_L1,  "dolphin"_L1,  "eagle"_L1,  "falcon"_L1, "feather"_L1, "fern"_L1,    "forest"_L1,
    "garden"_L1, "glacier"_L1,  "harbor"_L1, "heron"_L1,  "island"_L1,  "jungle"_L1,  "kettle"_L1,
    "lagoon"_L1, "lantern"_L1,  "lemon"_L1,  "lion"_L1,   "maple"_L1,   "meadow"_L1,  "meteor"_L1,
    "mirror"_L1, "mountain"_L1, "oak"_L1,    "ocean"_L1,  "orchid"_L1,  "otter"_L1,   "owl"_L1,
    "panda"_L1,  "pebble"_L1,   "pepper"_L1, "piano"_L1,  "planet"_L1,  "prairie"_L1, "quartz"_L1,
    "raven"_L1,  "reef"_L1,     "river"_L1,  "rocket"_L1, "saddle"_L1,  "sparrow"_L1, "spruce"_L1,
    "summit"_L1, "thunder"_L1,  "tiger"_L1,  "tulip"_L1,  "valley"_L1,  "walnut"_L1,  "willow"_L1,
    "zebra"_L1,
};
static_assert(kFirst.size() == 64 && kSecond.size() == 64);

} // namespace

QString newCheckPhrase()
{
    const QByteArray random = crypto::randomBytes(2);
    return kFirst[static_cast<unsigned char>(random[0]) % kFirst.size()] + u' ' +
           kSecond[static_cast<unsigned char>(random[1]) % kSecond.size()];
}

} // namespace flaredeck::oauth
