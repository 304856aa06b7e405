#include "core/base/settings.h"

#include "core/base/logging.h"
#include "core/base/paths.h"

namespace flaredeck {

namespace {

QString keyOf(const char *key)
{
    return QString::fromLatin1(key);
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
    return m_settings.value(keyOf(setting.key), setting.fallback).toBool();
}

QString Settings::get(const Setting<const char *> &setting) const
{
    return m_settings.value(keyOf(setting.key), QString::fromLatin1(setting.fallback)).toString();
}

void Settings::set(const Setting<int> &setting, int value)
{
    store(keyOf(setting.key), value);
}

void Settings::set(const Setting<bool> &setting, bool value)
{
    store(keyOf(setting.key), value);
}

void Settings::set(const Setting<const char *> &setting, const QString &value)
{
    store(keyOf(setting.key), value);
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
    if (m_settings.value(key) == value)
        return;
    m_settings.setValue(key, value);
    m_settings.sync();
    emit changed(key);
}

} // namespace flaredeck
