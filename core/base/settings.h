#pragma once

#include "core/base/identity.h"

#include <QObject>
#include <QSettings>
#include <QString>
#include <QVariant>

#include <optional>

namespace flaredeck {

/// One setting: its key in the file and its default value.
template <typename T>
struct Setting {
    const char *key;
    T fallback;
};

/// All settings of the app. Secrets are never settings; they are in the vault.
namespace setting {
inline constexpr Setting<int> serverPort{"server/port", 8788};
inline constexpr Setting<const char *> providerClientId{"cloudflare/clientId", ""};
/// Which of our scopes a sign-in asks for, separated by spaces; empty = all.
inline constexpr Setting<const char *> signInScopes{"cloudflare/scopes", ""};
inline constexpr Setting<const char *> signInWith{"cloudflare/signInWith",
                                                  "window"};                       ///< or "browser"
inline constexpr Setting<const char *> storedCalls{"privacy/storedCalls", "full"}; ///< or "none"
inline constexpr Setting<int> historyDays{"privacy/historyDays", 30};
inline constexpr Setting<bool> listAllTools{"tools/listAll", false};
/// Characters of one tool result for a client's model; 0 = all.
inline constexpr Setting<int> resultLimit{"tools/resultLimit", 24'000};
inline constexpr Setting<bool> openRegistration{"clients/openRegistration", true};
inline constexpr Setting<bool> clientDocuments{"clients/documents", true};
inline constexpr Setting<bool> promiseIssuer{"clients/promiseIssuer", false};
/// Web views of desktop programs, as http::HostGate::readOrigins() takes them.
inline constexpr Setting<const char *> allowedOrigins{"clients/allowedOrigins", ""};
/// Only builds that know the project's page ask it; see service::VersionWatch.
inline constexpr Setting<bool> tellNewVersions{"versions/tell", false};
inline constexpr Setting<int> askedForVersions{"versions/askedOn", 0}; ///< days since 1970
inline constexpr Setting<const char *> newestVersion{"versions/newest", ""};
inline constexpr Setting<const char *> newestPage{"versions/newestPage", ""};
inline constexpr Setting<const char *> theme{"appearance/theme", "system"}; ///< "light", "dark"
inline constexpr Setting<bool> closeToTrayTold{"window/closeToTrayTold", false};
} // namespace setting

/// Typed access to the settings file of one data directory. Used on the thread that created it; two
/// instances on the same file see each other's changes after sync().
class Settings : public QObject
{
    Q_OBJECT

public:
    explicit Settings(const QString &file, QObject *parent = nullptr);

    [[nodiscard]] int get(const Setting<int> &setting) const;
    [[nodiscard]] bool get(const Setting<bool> &setting) const;
    [[nodiscard]] QString get(const Setting<const char *> &setting) const;

    void set(const Setting<int> &setting, int value);
    void set(const Setting<bool> &setting, bool value);
    void set(const Setting<const char *> &setting, const QString &value);

    /// What a client has in place of setting::resultLimit; nothing = that.
    [[nodiscard]] std::optional<int> ownResultLimit(const ClientId &client) const;
    /// Tells changed() with the key of the setting.
    void setOwnResultLimit(const ClientId &client, std::optional<int> limit);
    /// What holds for the client.
    [[nodiscard]] int resultLimitFor(const ClientId &client) const;

    /// Window geometry and the like: opaque state that only the window understands.
    [[nodiscard]] QVariant state(const QString &name) const;
    void setState(const QString &name, const QVariant &value);

signals:
    void changed(const QString &key);

private:
    void store(const QString &key, const QVariant &value);
    QSettings m_settings;
};

} // namespace flaredeck
