#include "app/signinprocess.h"

#include "core/base/json.h"
#include "core/base/logging.h"
#include "core/base/settings.h"
#include "ui/text/loginprogram.h"

#include <QCoreApplication>
#include <QDesktopServices>
#include <QTimer>

namespace flaredeck::app {

namespace {

constexpr int kGraceMs = 2000;
const QString kBrowser = QStringLiteral("browser");

} // namespace

SignInProcess::SignInProcess(Settings &settings, QObject *parent)
    : SignInLauncher(parent)
    , m_settings(settings)
{
}

SignInProcess::~SignInProcess()
{
    m_request.id.clear();
    stopWindow();
}

SignInShown SignInProcess::show(const SignInRequest &request)
{
    stopWindow();
    m_request = request;
    if (m_settings.get(setting::signInWith) == kBrowser)
        return openBrowser();
    if (const QString program = ui::loginProgram(); !program.isEmpty()) {
        startWindow(program);
        return {SignInSurface::Shown, {}};
    }
    const SignInShown shown = openBrowser();
    if (shown.surface == SignInSurface::Shown)
        giveUpWindow(tr("The sign-in window is not installed."));
    return shown;
}

void SignInProcess::end(const QString &id, const QString &)
{
    if (id != m_request.id)
        return;
    m_request.id.clear();
    stopWindow();
}

void SignInProcess::startWindow(const QString &program)
{
    m_received.clear();
    m_window = new QProcess(this);
    m_window->setProcessChannelMode(QProcess::ForwardedErrorChannel);
    connect(m_window, &QProcess::readyReadStandardOutput, this, &SignInProcess::readEvents);
    // A window that crashes must not make its client wait for ten minutes.
    connect(
        m_window, &QProcess::finished, this, [this, window = m_window](int, QProcess::ExitStatus) {
            if (window == m_window && !m_request.id.isEmpty())
                take(QByteArrayLiteral(
                    R"({"event":"failed","message":"The sign-in window ended unexpectedly."})"));
        });
    connect(m_window, &QProcess::errorOccurred, this,
            [this, window = m_window](QProcess::ProcessError what) {
                if (what == QProcess::FailedToStart && window == m_window &&
                    !m_request.id.isEmpty())
                    take(QByteArrayLiteral(
                        R"({"event":"failed","message":"The sign-in window cannot be started."})"));
            });
    m_window->start(program, QStringList());
    // The address contains the sign-in's state; a command line would show it to every program.
    m_window->write(json::print({{"url", m_request.url.toString(QUrl::FullyEncoded)},
                                 {"callback", m_request.callback.toString(QUrl::FullyEncoded)},
                                 {"theme", m_settings.get(setting::theme)},
                                 {"sandbox", m_request.sandbox},
                                 {"server", m_request.server}}) +
                    '\n');
}

SignInShown SignInProcess::openBrowser() const
{
    if (m_request.tabWaiting)
        return {SignInSurface::UseTab, {}};
    if (QDesktopServices::openUrl(m_request.url))
        return {SignInSurface::Shown, {}};
    return {SignInSurface::Unavailable,
            tr("Neither the sign-in window nor a browser can be opened on this computer.")};
}

void SignInProcess::readEvents()
{
    if (!m_window)
        return;
    m_received += m_window->readAllStandardOutput();
    for (qsizetype end = m_received.indexOf('\n'); end >= 0; end = m_received.indexOf('\n')) {
        const QByteArray line = m_received.left(end);
        m_received.remove(0, end + 1);
        take(line);
    }
}

void SignInProcess::take(const QByteArray &line)
{
    const auto message = json::parse(line);
    const QString event =
        message ? json::stringAt(*message, "event").value_or(QString()) : QString();
    const QString id = m_request.id;
    if (id.isEmpty())
        return;
    if (event == QLatin1String("finished")) {
        // The callback has reached the server; the core decides whether the sign-in worked.
        if (m_window)
            m_window->disconnect(this);
    } else if (event == QLatin1String("cancelled")) {
        m_request.id.clear();
        stopWindow();
        emit cancelled(id);
    } else if (event == QLatin1String("use_browser") || event == QLatin1String("failed")) {
        if (event == QLatin1String("use_browser"))
            m_settings.set(setting::signInWith, kBrowser);
        else
            giveUpWindow(json::stringAt(*message, "message")
                             .value_or(tr("The sign-in window cannot run on this computer.")));
        stopWindow();
        // The core already counts this sign-in as shown; now only the browser can finish it.
        if (!QDesktopServices::openUrl(m_request.url)) {
            m_request.id.clear();
            emit cancelled(id);
        }
    }
}

void SignInProcess::giveUpWindow(const QString &reason)
{
    qCWarning(lcApp).noquote() << reason << "The browser is used.";
    emit browserUsed(reason);
}

void SignInProcess::stopWindow()
{
    QProcess *window = m_window;
    m_window.clear();
    if (!window)
        return;
    window->disconnect(this);
    window->closeWriteChannel(); // it ends by itself when its parent hangs up
    window->terminate();
    if (window->state() == QProcess::NotRunning || QCoreApplication::closingDown()) {
        delete window;
        return;
    }
    connect(window, &QProcess::finished, window, &QObject::deleteLater);
    QTimer::singleShot(kGraceMs, window, &QProcess::kill);
}

} // namespace flaredeck::app
