#include "ui/pages/appsections.h"

#include "core/base/plaintext.h"
#include "core/base/whendone.h"
#include "core/http/hostgate.h"
#include "core/service/commands.h"
#include "ui/dialogs/confirm.h"
#include "ui/theme/theme.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/resultlimitbox.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>

namespace flaredeck::ui {

using service::ServerState;

ServerSection::ServerSection(const PageContext &context, QWidget *parent)
    : SettingSection(tr("Server"), parent)
    , m_commands(context.commands)
    , m_settings(context.settings)
    , m_port(new QSpinBox)
    , m_apply(makeButton(tr("Apply")))
    , m_origins(new QLineEdit)
    , m_applyOrigins(makeButton(tr("Apply")))
{
    m_port->setRange(1, 65535);
    m_port->setFixedWidth(90);
    m_port->setAccessibleName(tr("Port"));
    m_port->setValue(m_settings.get(setting::serverPort));
    m_apply->setAccessibleName(tr("Apply the port"));
    m_row = addRow(tr("Port"), QStringLiteral("…"), {m_port, m_apply});
    connect(m_apply, &QPushButton::clicked, this, &ServerSection::apply);

    addSwitch(setting::listAllTools, tr("Show clients every tool"),
              tr("Includes tools that need more permissions: Flaredeck asks you when a client uses "
                 "one. When this is off, a client sees only the tools that you allowed."));
    auto *limit = new ResultLimitBox(tr("Length of a result"));
    limit->setObjectName(QStringLiteral("resultLimit"));
    limit->setLimit(m_settings.get(setting::resultLimit));
    addRow(tr("Length of a result"),
           tr("What is longer is cut between two records before a client's model gets it. The "
              "client can read the rest for an hour, and you always see the whole. A client may "
              "have a length of its own, under Clients."),
           {limit});
    connect(limit, &ResultLimitBox::chosen, this, [this](std::optional<int> chosen) {
        m_settings.set(setting::resultLimit, chosen.value_or(setting::resultLimit.fallback));
    });
    addSwitch(setting::openRegistration, tr("Let clients register themselves"),
              tr("When this is off, only clients that are listed under Clients, or that a web site "
                 "describes, can connect."));
    m_documents = addSwitch(setting::clientDocuments,
                            tr("Accept clients that a web site describes"), QStringLiteral("…"));
    addSwitch(setting::promiseIssuer, tr("Announce that answers name their issuer"),
              tr("Answers always name it. Announcing it protects clients that use two servers, and "
                 "locks out clients that lose “iss” on the way, as Codex does."));
    m_origins->setText(m_settings.get(setting::allowedOrigins));
    m_origins->setPlaceholderText(QStringLiteral("tauri://localhost"));
    m_origins->setAccessibleName(tr("Allowed origins"));
    m_origins->setMaxLength(1000);
    m_origins->setFixedWidth(220);
    m_applyOrigins->setAccessibleName(tr("Apply the allowed origins"));
    m_applyOrigins->setEnabled(false);
    addRow(tr("Allowed origins"),
           tr("Web views of desktop programs that may use this server, besides pages on this "
              "computer. Empty for none; several with spaces."),
           {m_origins, m_applyOrigins});
    connect(m_origins, &QLineEdit::textEdited, this, [this] { m_applyOrigins->setEnabled(true); });
    connect(m_origins, &QLineEdit::returnPressed, this, &ServerSection::applyOrigins);
    connect(m_applyOrigins, &QPushButton::clicked, this, &ServerSection::applyOrigins);
    connect(m_port, &QSpinBox::valueChanged, this,
            [this](int value) { m_apply->setEnabled(value != m_current); });
}

SettingSection::Row ServerSection::addSwitch(const Setting<bool> &setting, const QString &name,
                                             const QString &note)
{
    auto *toggle = new ToggleSwitch;
    toggle->setObjectName(QString::fromLatin1(setting.key));
    toggle->setAccessibleName(name);
    toggle->setChecked(m_settings.get(setting));
    connect(toggle, &ToggleSwitch::toggled, this,
            [this, setting](bool on) { m_settings.set(setting, on); });
    return addRow(name, note, {toggle});
}

void ServerSection::setSnapshot(const service::Snapshot &snapshot)
{
    const service::ServerView &server = snapshot.server;
    m_row.note->setText(server.state == ServerState::Listening
                            ? tr("Listening on %1. A change applies at once; clients need the new "
                                 "address.")
                                  .arg(server.mcpUrl)
                            : plaintext::line(server.problem));
    m_documents.note->setText(
        snapshot.documentProblem.isEmpty()
            ? tr("Flaredeck then reads the description there. Otherwise new clients have to "
                 "register themselves.")
        : m_settings.get(setting::openRegistration)
            ? tr("Not offered for now: %1 New clients register themselves meanwhile.")
                  .arg(snapshot.documentProblem)
            : tr("%1 New clients cannot connect meanwhile, unless you let them register "
                 "themselves.")
                  .arg(snapshot.documentProblem));
    if (m_current != server.port) {
        m_current = server.port;
        if (!m_port->hasFocus() && server.port > 0)
            m_port->setValue(server.port);
    }
    m_apply->setEnabled(m_port->value() != m_current || server.state != ServerState::Listening);
}

void ServerSection::apply()
{
    const auto port = quint16(m_port->value());
    whenDone(m_commands.ask(&service::Commands::listen, port), this,
             [this, port](const Result<quint16> &done) {
                 if (done)
                     m_settings.set(setting::serverPort, port);
                 say(done ? tr("Now listening on port %1.").arg(port) : done.error().text(), !done);
             });
}

void ServerSection::applyOrigins()
{
    const auto origins = http::HostGate::readOrigins(m_origins->text());
    if (!origins)
        return say(origins.error().text(), true);
    const QString list = QString::fromUtf8(origins->join(' '));
    m_origins->setText(list);
    m_applyOrigins->setEnabled(false);
    m_settings.set(setting::allowedOrigins, list);
    say(list.isEmpty() ? tr("Only pages on this computer may use this server.")
                       : tr("Now also allowed: %1").arg(list),
        false);
}

PrivacySection::PrivacySection(const PageContext &context, QWidget *parent)
    : SettingSection(tr("Privacy"), parent)
    , m_commands(context.commands)
{
    auto *stored = new QComboBox;
    stored->setAccessibleName(tr("Arguments and results"));
    stored->addItem(tr("Keep, without secrets"), QStringLiteral("full"));
    stored->addItem(tr("Do not keep"), QStringLiteral("none"));
    stored->setCurrentIndex(qMax(0, stored->findData(context.settings.get(setting::storedCalls))));
    addRow(tr("Arguments and results"), tr("Of calls from now on. Who called what is always kept."),
           {stored});
    connect(stored, &QComboBox::currentIndexChanged, this, [stored, &settings = context.settings] {
        settings.set(setting::storedCalls, stored->currentData().toString());
    });
    QPushButton *clear = makeButton(tr("Clear history…"), ButtonRole::Danger);
    addRow(tr("History of calls"),
           tr("Kept for %1 days on this computer.").arg(context.settings.get(setting::historyDays)),
           {clear});
    connect(clear, &QPushButton::clicked, this, &PrivacySection::clearHistory);
}

void PrivacySection::clearHistory()
{
    confirm(this,
            {tr("Clear the history?"),
             tr("All recorded calls are deleted from this computer."),
             {tr("Grants, clients and sign-ins stay as they are")},
             tr("Clear history")},
            [this] {
                whenDone(m_commands.ask(&service::Commands::clearHistory), this,
                         [this](const Result<> &done) {
                             say(done ? tr("The history is empty.") : done.error().text(), !done);
                         });
            });
}

AppearanceSection::AppearanceSection(const PageContext &context, QWidget *parent)
    : SettingSection(tr("Appearance"), parent)
{
    auto *theme = new QComboBox;
    theme->setAccessibleName(tr("Theme"));
    theme->addItem(tr("Like the system"), QStringLiteral("system"));
    theme->addItem(tr("Light"), QStringLiteral("light"));
    theme->addItem(tr("Dark"), QStringLiteral("dark"));
    theme->setCurrentIndex(qMax(0, theme->findData(context.settings.get(setting::theme))));
    addRow(tr("Theme"), tr("Applies at once."), {theme});
    connect(theme, &QComboBox::currentIndexChanged, this, [theme, &settings = context.settings] {
        const QString mode = theme->currentData().toString();
        settings.set(setting::theme, mode);
        applyTheme(*qApp, mode);
    });
}

} // namespace flaredeck::ui
