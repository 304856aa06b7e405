#pragma once

#include "core/base/clock.h"
#include "core/base/settings.h"
#include "core/base/taskscope.h"
#include "core/http/httpclient.h"

#include <QObject>
#include <QTimer>
#include <QUrl>

#include <optional>

namespace flaredeck::service {

/// A version that is out, as the project's page says.
struct NewVersion {
    QString number; ///< "1.2.3"
    QString page;   ///< where it can be had, https

    bool operator==(const NewVersion &) const = default;
};

/// Reads {"version": "1.2.3", "page": "https://…"}. Nothing for an answer of another form, for a
/// version that is not newer than `own`, and for a page that is not below `home`.
[[nodiscard]] std::optional<NewVersion> readNewVersion(const QByteArray &answer, const QString &own,
                                                       const QString &home);

/// Asks the project's page for the newest version, once a day at most, if the person wants that and
/// this build knows the page. Sends nothing that tells who asks; downloads and runs nothing. An
/// answer that is no use changes nothing. Core thread.
class VersionWatch : public QObject
{
    Q_OBJECT

public:
    /// `latest` is empty when there is nobody to ask.
    VersionWatch(http::HttpClient &client, Settings &settings, const Clock &clock, QUrl latest,
                 QString home, QObject *parent = nullptr);

    /// To be called when the settings may have changed; otherwise it looks every hour.
    void look();
    /// Nothing unless the person wants to know.
    [[nodiscard]] std::optional<NewVersion> newest() const;

signals:
    void changed();

private:
    Task<> ask();
    Task<Result<QByteArray>> fetch();

    http::HttpClient &m_client;
    Settings &m_settings;
    const Clock &m_clock;
    const QUrl m_latest;
    const QString m_home;
    bool m_asking = false;
    QTimer m_hour;
    TaskScope m_tasks;
};

} // namespace flaredeck::service
