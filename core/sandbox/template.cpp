#include "core/sandbox/template.h"

#include "core/base/logging.h"

#include <QFile>

using namespace Qt::StringLiterals;

// Q_INIT_RESOURCE must be used outside any namespace, an anonymous one too.
static void registerSandboxResources()
{
    Q_INIT_RESOURCE(sandbox); // a static library's resources are not registered automatically
}

namespace flaredeck::sandbox {

Json filled(const Json &pattern, const ValueOf &valueOf)
{
    if (pattern.is_object()) {
        Json result = Json::object();
        for (const auto &[key, member] : pattern.get_ref<const Json::object_t &>())
            result.emplace(key, filled(member, valueOf));
        return result;
    }
    if (pattern.is_array()) {
        Json result = Json::array();
        for (const Json &member : pattern)
            result.push_back(filled(member, valueOf));
        return result;
    }
    if (!pattern.is_string())
        return pattern;
    const auto &text = pattern.get_ref<const std::string &>();
    if (text.find('{') == std::string::npos)
        return pattern;
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text[at] == '{' ? text.find('}', at) : std::string::npos;
        const auto value =
            end == std::string::npos ? std::nullopt : valueOf(text.substr(at + 1, end - at - 1));
        if (value && at == 0 && end + 1 == text.size())
            return *value;
        if (value)
            result += value->is_string() ? value->get<std::string>() : value->dump();
        else
            result += text[at];
        at = value ? end + 1 : at + 1;
    }
    return result;
}

QString resourceFolder()
{
    registerSandboxResources();
    return u":/flaredeck/sandbox"_s;
}

QByteArray resource(const QString &name)
{
    QFile file(resourceFolder() + u'/' + name);
    if (!file.open(QIODevice::ReadOnly))
        qCCritical(lcSandbox) << "There is no" << file.fileName();
    return file.readAll();
}

} // namespace flaredeck::sandbox
