#include "core/base/settings.h"

#include "core/base/logging.h"
#include "core/base/paths.h"

#include <QUrl>

#include <algorithm>

namespace flaredeck {

namespace {

QString keyOf(const char *key)
{
    return QString::fromLatin1(key);
}

/// Ids may be addresses, whose slashes would make groups.
QString ownLimitKey(const ClientId &client)
{
    return QStringLiteral("resultLimits/") +
           QString::fromLatin1(QUrl::toPercentEncoding(client.value));
}

QString stateKey(const QString &name)
{
    return QStringLiteral("state/") + name;
}

} // namespace

Settings::Settings(const QString &file, QObject *parent)
    : QObject(parent)
    , m_settings(file, QSettings::IniFormat)
{
    if (const auto done = ensurePrivateFile(file); !done)
        qCWarning(lcApp).noquote() << done.error().text();
}

int Settings::get(const Setting<int> &setting) const
{
    bool ok = false;
    const int value = m_settings.value(keyOf(setting.key), setting.fallback).toInt(&ok);
    return ok ? value : setting.fallback;
}

bool Settings::get(const Setting<bool> &setting) const
{
    // Not QVariant::toBool(), which reads every unknown word as true.
    const QString text = m_settings.value(keyOf(setting.key)).toString();
    if (text == QLatin1String("true") || text == QLatin1String("1"))
        return true;
    if (text == QLatin1String("false") || text == QLatin1String("0"))
        return false;
    return setting.fallback;
}

QString Settings::get(const Setting<const char *> &setting) const
{
    return m_settings.value(keyOf(setting.key), QString::fromLatin1(setting.fallback)).toString();
}

void Settings::set(const Setting<int> &setting, int value)
{
    if (get(setting) != value)
        store(keyOf(setting.key), value);
}

void Settings::set(const Setting<bool> &setting, bool value)
{
    if (get(setting) != value)
        store(keyOf(setting.key), value);
}

void Settings::set(const Setting<const char *> &setting, const QString &value)
{
    if (get(setting) != value)
        store(keyOf(setting.key), value);
}

std::optional<int> Settings::ownResultLimit(const ClientId &client) const
{
    bool ok = false;
    const int value = m_settings.value(ownLimitKey(client)).toInt(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

void Settings::setOwnResultLimit(const ClientId &client, std::optional<int> limit)
{
    if (ownResultLimit(client) == limit)
        return;
    if (limit)
        m_settings.setValue(ownLimitKey(client), *limit);
    else
        m_settings.remove(ownLimitKey(client));
    m_settings.sync();
    emit changed(keyOf(setting::resultLimit.key));
}

int Settings::resultLimitFor(const ClientId &client) const
{
    return std::max(0, ownResultLimit(client).value_or(get(setting::resultLimit)));
}

QVariant Settings::state(const QString &name) const
{
    return m_settings.value(stateKey(name));
}

void Settings::setState(const QString &name, const QVariant &value)
{
    m_settings.setValue(stateKey(name), value);
}

void Settings::store(const QString &key, const QVariant &value)
{
    m_settings.setValue(key, value);
    m_settings.sync();
    emit changed(key);
}

} // namespace flaredeck
