#pragma once

#include "core/connect/connector.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace flaredeck::connect {

/// A home directory of the test's own, with the clients' files in it.
class ConnectorTest : public QObject
{
protected:
    void makeHome()
    {
        using namespace Qt::StringLiterals;
        m_home = std::make_unique<QTemporaryDir>();
        m_connector = std::make_unique<Connector>(places(), path(u".local/share/connections"_s));
        m_target = {u"http://localhost:8788/mcp"_s,
                    {u"/opt/flaredeck/flaredeck-bridge"_s, u"--sandbox"_s},
                    {u"observability"_s},
                    u"mcp.example.com"_s};
    }
    [[nodiscard]] QString path(const QString &name) const { return m_home->filePath(name); }
    [[nodiscard]] Places places() const
    {
        const QString config = path(QStringLiteral(".config"));
        return {m_home->path(), config, config, {path(QStringLiteral("bin"))}};
    }
    void put(const QString &name, const QByteArray &content) const
    {
        QVERIFY(QDir().mkpath(QFileInfo(path(name)).absolutePath()));
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }
    [[nodiscard]] QByteArray content(const QString &name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(no file)");
    }
    [[nodiscard]] ClientSetup setupOf(const QString &id) const
    {
        for (const ClientSetup &setup : m_connector->survey(m_target).clients) {
            if (setup.id == id)
                return setup;
        }
        return {};
    }
    [[nodiscard]] Result<> connectTo(const QString &id, Way way, bool alsoHosted = false) const
    {
        const auto plan = m_connector->plan(id, way, m_target, alsoHosted);
        return plan ? m_connector->write(id, way, m_target, alsoHosted, plan->token, 1000)
                    : fail(plan.error());
    }

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<Connector> m_connector;
    Target m_target;
};

} // namespace flaredeck::connect
