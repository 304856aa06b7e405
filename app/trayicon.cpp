#include "app/trayicon.h"

#include "ui/theme/icons.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/surface.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QIcon>
#include <QPainter>

namespace flaredeck::app {

namespace {

constexpr int kSize = 64;
constexpr int kDot = 26;

/// The app's mark with a dot in the state's colour. The tooltip and the menu say the state in
/// words, for those who cannot see the colour.
QIcon iconWith(const QColor &dot)
{
    QPixmap pixmap = QIcon(QStringLiteral(":/icons/app.svg")).pixmap(kSize, kSize);
    if (pixmap.isNull()) {
        pixmap = QPixmap(kSize, kSize);
        pixmap.fill(Qt::transparent);
    }
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(dot);
    const qreal scale = pixmap.width() / (kSize * pixmap.devicePixelRatio());
    painter.scale(scale, scale);
    painter.drawEllipse(kSize - kDot, kSize - kDot, kDot, kDot);
    return {pixmap};
}

} // namespace

TrayIcon::TrayIcon(QObject *parent)
    : QObject(parent)
{
    m_state = m_menu.addAction(QString());
    m_state->setEnabled(false);
    m_menu.addSeparator();
    m_menu.addAction(tr("Open Flaredeck"), this, &TrayIcon::openRequested);
    m_copy = m_menu.addAction(tr("Copy server URL"), this,
                              [this] { QGuiApplication::clipboard()->setText(m_server.mcpUrl); });
    m_menu.addSeparator();
    m_menu.addAction(tr("Revoke all access…"), this, &TrayIcon::revokeAllRequested);
    m_menu.addSeparator();
    m_menu.addAction(tr("Quit"), this, &TrayIcon::quitRequested);
    m_icon.setContextMenu(&m_menu);
    connect(&m_icon, &QSystemTrayIcon::activated, this,
            [this](QSystemTrayIcon::ActivationReason reason) {
                if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick)
                    emit openRequested();
            });
    connect(&m_icon, &QSystemTrayIcon::messageClicked, this, &TrayIcon::openRequested);
    refresh();
    if (QSystemTrayIcon::isSystemTrayAvailable())
        m_icon.show();
}

void TrayIcon::setSnapshot(const service::Snapshot &snapshot)
{
    if (m_server == snapshot.server)
        return;
    m_server = snapshot.server;
    refresh();
}

void TrayIcon::setWaiting(int decisions)
{
    m_waiting = decisions;
    refresh();
}

void TrayIcon::notify(const QString &title, const QString &text)
{
    if (m_icon.isVisible())
        m_icon.showMessage(ui::surface::notification(title), ui::surface::notification(text));
}

void TrayIcon::refresh()
{
    const QPalette palette = QGuiApplication::palette();
    const ui::Tokens &tokens = ui::Tokens::of(palette);
    const bool listening = m_server.state == service::ServerState::Listening;
    QString state = tr("Starting");
    QColor color = tokens.text2;
    if (m_waiting > 0) {
        state = m_waiting == 1 ? tr("1 decision is waiting")
                               : tr("%1 decisions are waiting").arg(m_waiting);
        color = tokens.warn;
    } else if (listening) {
        state = tr("Listening on port %1").arg(m_server.port);
        color = tokens.ok;
    } else if (m_server.state != service::ServerState::Starting) {
        state =
            m_server.state == service::ServerState::PortTaken ? tr("Port in use") : tr("Stopped");
        color = tokens.bad;
    }
    m_state->setText(state);
    m_copy->setEnabled(listening);
    m_icon.setIcon(iconWith(color));
    m_icon.setToolTip(tr("Flaredeck: %1").arg(state));
}

} // namespace flaredeck::app
