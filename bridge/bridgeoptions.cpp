#include "bridge/bridgeoptions.h"

namespace flaredeck::bridge {

using namespace Qt::StringLiterals;

QString description()
{
    return u"Connects an MCP host that speaks over standard input and output to Flaredeck, which "
           u"it "
           "starts when it does not run."_s;
}

QList<QCommandLineOption> options()
{
    return {
        {u"toolset"_s, u"Offer the tools of one toolset only."_s, u"NAME"_s},
        {u"sandbox"_s, u"Use the Flaredeck with the built-in stand-in for Cloudflare."_s},
        {u"data-dir"_s, u"Use the Flaredeck with this data directory."_s, u"DIR"_s},
        {{u"v"_s, u"version"_s}, u"Print the version."_s},
        {{u"h"_s, u"help"_s}, u"Print this text."_s},
    };
}

} // namespace flaredeck::bridge
