#include "core/base/redact.h"

#include "core/base/logging.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace flaredeck {

using namespace Qt::StringLiterals;

namespace {

/// JSON in a string of other JSON, and that again.
constexpr int kDeepestText = 4;

using Names = std::string_view;

/// Only letters and digits, in lower case: apiKey, api-key and API_KEY are one name.
std::string normalised(QStringView name)
{
    std::string plain;
    for (const QChar c : name) {
        const char16_t unit = c.unicode();
        if (unit >= u'A' && unit <= u'Z')
            plain += static_cast<char>(unit + 32);
        else if ((unit >= u'a' && unit <= u'z') || (unit >= u'0' && unit <= u'9'))
            plain += static_cast<char>(unit);
    }
    while (!plain.empty() && plain.back() >= '0' && plain.back() <= '9')
        plain.pop_back();
    return plain;
}

template <std::size_t N>
bool endsWithAny(const std::string &name, const std::array<Names, N> &endings)
{
    return std::any_of(endings.begin(), endings.end(),
                       [&name](Names ending) { return name.ends_with(ending); });
}

Json walked(const Json &value, int texts);

bool isOAuthObject(const Json &object)
{
    static constexpr std::array kBeside{"state",        "grant_type", "code_verifier",
                                        "redirect_uri", "client_id",  "iss"};
    return object.contains("code") && object["code"].is_string() &&
           std::any_of(kBeside.begin(), kBeside.end(),
                       [&object](const char *name) { return object.contains(name); });
}

bool isEmptyOrFlag(const Json &value)
{
    return value.is_boolean() || value.is_null() || (!value.is_number() && value.empty()) ||
           (value.is_string() && value.get_ref<const std::string &>().empty());
}

/// {"name": "Authorization", "value": "…"}, {"type": "secret_text", "text": "…"}
bool describesSecret(const Json &object)
{
    static constexpr std::array kNames{"name", "key", "header", "field", "option"};
    const auto text = [&object](const char *name) {
        return json::stringAt(object, name).value_or(QString());
    };
    return text("type").startsWith("secret"_L1) ||
           std::any_of(kNames.begin(), kNames.end(),
                       [&text](const char *name) { return redaction::namesSecret(text(name)); });
}

Json walkedObject(const Json &object, int texts)
{
    static constexpr std::array<std::string_view, 5> kValues{"value", "values", "text", "content",
                                                             "data"};
    const bool oauth = isOAuthObject(object);
    const bool described = describesSecret(object);
    Json clean = Json::object();
    for (const auto &[key, value] : object.items()) {
        const QString name = QString::fromStdString(key);
        const bool secret =
            redaction::namesSecret(name) || (oauth && (key == "code" || key == "state")) ||
            (described && std::find(kValues.begin(), kValues.end(), key) != kValues.end());
        const bool kept =
            isEmptyOrFlag(value) || (value.is_number() && name.endsWith(u's', Qt::CaseInsensitive));
        if (secret)
            clean[key] = kept ? value : Json("[redacted]");
        else
            clean[key] = walked(value, texts);
    }
    return clean;
}

/// A list of values, of arguments, or of pairs.
Json walkedList(const Json &list, int texts)
{
    Json clean = Json::array();
    bool isNextSecret = false;
    for (const Json &value : list) {
        const QString text = json::toQString(value);
        if (isNextSecret && value.is_string() && !text.startsWith(u'-')) {
            clean.push_back("[redacted]");
            isNextSecret = false;
            continue;
        }
        isNextSecret = text.startsWith(u'-') && redaction::namesSecret(text);
        Json item = walked(value, texts);
        if (value.is_array() && value.size() == 2 && value[0].is_string() &&
            redaction::namesSecret(json::toQString(value[0])) && !isEmptyOrFlag(value[1]))
            item[1] = "[redacted]";
        clean.push_back(std::move(item));
    }
    return clean;
}

Json walkedText(const Json &value, int texts)
{
    const QString text = json::toQString(value);
    const QString trimmed = text.trimmed();
    if (texts > 0 && (trimmed.startsWith(u'{') || trimmed.startsWith(u'['))) {
        if (const auto inner = json::parse(text.toUtf8())) {
            const Json clean = walked(*inner, texts - 1);
            if (clean != *inner)
                return QString::fromUtf8(json::print(clean));
            return value;
        }
    }
    return redact(text);
}

Json walked(const Json &value, int texts)
{
    if (value.is_object())
        return walkedObject(value, texts);
    if (value.is_array())
        return walkedList(value, texts);
    return value.is_string() ? walkedText(value, texts) : value;
}

} // namespace

bool redaction::namesSecret(QStringView name)
{
    static constexpr std::array<Names, 21> kEndings{
        "token",        "tokens",        "passwd",       "pwd",    "authkey",    "servicekey",
        "secretkey",    "privatekey",    "accesskey",    "apikey", "apikeys",    "signingkey",
        "cookie",       "setcookie",     "assertion",    "jwt",    "credential", "credentials",
        "codeverifier", "authorization", "encryptionkey"};
    static constexpr std::array<Names, 7> kParts{"password",   "passphrase", "secret",     "apikey",
                                                 "privatekey", "credential", "bearertoken"};
    /// Words for facts about a secret, or for a position in a list.
    static constexpr std::array<Names, 29> kAbout{"name",      "names",     "id",
                                                  "ids",       "count",     "type",
                                                  "types",     "policy",    "length",
                                                  "expiry",    "expires",   "expiresin",
                                                  "expiresat", "url",       "uri",
                                                  "endpoint",  "used",      "limit",
                                                  "status",    "method",    "methods",
                                                  "supported", "store",     "createdat",
                                                  "nexttoken", "pagetoken", "continuationtoken",
                                                  "maxtokens", "starttoken"};
    static constexpr std::array<Names, 7> kExact{"pass",  "otp",    "totp",        "cookies",
                                                 "token", "bearer", "mcpsessionid"};
    const std::string plain = normalised(name);
    if (plain.size() < 3)
        return false;
    if (std::find(kExact.begin(), kExact.end(), plain) != kExact.end())
        return true;
    if (endsWithAny(plain, kAbout))
        return false;
    return endsWithAny(plain, kEndings) ||
           std::any_of(kParts.begin(), kParts.end(),
                       [&plain](Names part) { return plain.find(part) != std::string::npos; });
}

Json redaction::walk(const Json &value)
{
    return walked(value, kDeepestText);
}

QString redaction::commandLine(const QByteArrayList &arguments)
{
    static const QStringList kUserOptions{u"-u"_s, u"--user"_s, u"--proxy-user"_s, u"-U"_s};
    QStringList clean;
    QString before;
    for (const QByteArray &argument : arguments) {
        const QString text = QString::fromLocal8Bit(argument);
        const qsizetype colon = text.indexOf(u':');
        if (before.startsWith(u'-') && !before.contains(u'=') && namesSecret(before) &&
            !text.startsWith(u'-') && !text.isEmpty())
            clean << u"[redacted]"_s;
        else if (kUserOptions.contains(before) && colon >= 0)
            clean << text.left(colon + 1) + u"[redacted]"_s;
        else if (const qsizetype equals = text.indexOf(u'=');
                 equals > 0 && namesSecret(QStringView(text).left(equals)))
            clean << text.left(equals + 1) + u"[redacted]"_s;
        else
            clean << redact(text);
        before = text;
    }
    return clean.join(u' ').trimmed();
}

} // namespace flaredeck
