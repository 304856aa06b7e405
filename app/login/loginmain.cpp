#include "app/login/engine.h"
#include "app/login/loginwindow.h"
#include "app/login/parentchannel.h"
#include "app/standardstreams.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QFile>

#include <memory>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

using namespace Qt::StringLiterals;
using namespace flaredeck;
using login::ParentChannel;

namespace {

bool isRoot()
{
#ifdef Q_OS_UNIX
    return geteuid() == 0;
#else
    return false;
#endif
}

int minimumChromium()
{
    QFile file(u":/login/engine.json"_s);
    return file.open(QIODevice::ReadOnly) ? login::engine::minimumChromium(file.readAll()) : 0;
}

/// Shows the window for one request; writes the outcome as one line to the app, then quits.
class Session
{
public:
    explicit Session(QApplication &app)
        : m_app(app)
    {
    }

    void begin(const QByteArray &line)
    {
        if (m_window)
            return;
        auto request = login::LoginRequest::parse(line);
        if (!request) {
            ParentChannel::send("failed", {{"reason"_L1, u"bad_request"_s},
                                           {"message"_L1, u"The sign-in request is malformed."_s}});
            m_app.exit(1);
            return;
        }
        ui::applyTheme(m_app, request->theme);
        preferColours(request->theme);
        m_window = std::make_unique<login::LoginWindow>(std::move(*request), minimumChromium());
        endOn(&login::LoginWindow::finished, "finished");
        endOn(&login::LoginWindow::cancelled, "cancelled");
        endOn(&login::LoginWindow::browserWanted, "use_browser");
        m_window->show();
        m_window->raise();
        m_window->activateWindow();
        ParentChannel::send("ready");
    }

private:
    template <typename Signal>
    void endOn(Signal signal, const char *event)
    {
        QObject::connect(m_window.get(), signal, &m_app, [this, event] {
            if (m_ended)
                return;
            m_ended = true;
            ParentChannel::send(event);
            m_app.exit(0);
        });
    }

    /// Sets prefers-color-scheme for pages to the window's theme. The engine reads it at its start.
    static void preferColours(const QString &theme)
    {
        if (theme != "dark"_L1)
            return;
        const char *flags = "QTWEBENGINE_CHROMIUM_FLAGS";
        qputenv(flags, qgetenv(flags) + " --blink-settings=preferredColorScheme=0");
    }

    QApplication &m_app;
    std::unique_ptr<login::LoginWindow> m_window;
    bool m_ended = false;
};

} // namespace

int main(int argc, char *argv[])
{
    if (!app::openMissingStreams())
        return 1;
    // Checked before any object of the web engine exists: that would abort the process.
    if (!login::engine::canStart(isRoot(), qgetenv("QTWEBENGINE_DISABLE_SANDBOX"),
                                 qgetenv("QTWEBENGINE_CHROMIUM_FLAGS"))) {
        ParentChannel::send(
            "failed",
            {{"reason"_L1, u"web_engine_needs_sandbox"_s},
             {"message"_L1,
              u"The built-in sign-in window cannot run as root, because the web engine's sandbox "
              "cannot."_s}});
        return 1;
    }

    QApplication app(argc, argv);
    QApplication::setApplicationName(u"flaredeck-login"_s);
    QApplication::setApplicationDisplayName(u"Flaredeck"_s);
    QApplication::setDesktopFileName(QStringLiteral(FLAREDECK_ID));
    QApplication::setQuitOnLastWindowClosed(false);

    Session session(app);
    const ParentChannel parent;
    QObject::connect(&parent, &ParentChannel::lineReceived, &app,
                     [&session](const QByteArray &line) { session.begin(line); });
    QObject::connect(&parent, &ParentChannel::closed, &app, [&app] { app.exit(0); });
    return QApplication::exec();
}
