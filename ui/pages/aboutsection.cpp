#include "ui/pages/aboutsection.h"

#include "core/base/settings.h"
#include "ui/dialogs/forgetdialog.h"
#include "ui/text/keytext.h"
#include "ui/text/origintext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/factlist.h"

#include <QDesktopServices>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QProcess>
#include <QRegularExpression>
#include <QSysInfo>
#include <QUrl>

namespace flaredeck::ui {

using service::ServerState;

AboutSection::AboutSection(const PageContext &context, Origin origin, QWidget *parent)
    : SettingSection(tr("About"), parent)
    , m_origin(std::move(origin))
    , m_dataDirectory(context.dataDirectory)
    , m_facts(new FactList)
    , m_copy(new CopyButton(tr("Copy what Flaredeck this is")))
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_facts, 1);
    row->addWidget(m_copy, 0, Qt::AlignTop);
    addWidget(box);
    if (!m_origin.home.isEmpty()) {
        addNotices(context.settings);
        addLinks();
    }
    if (m_origin.kind == Origin::Kind::Deb)
        askApt();
}

void AboutSection::addNotices(Settings &settings)
{
    auto *toggle = new ToggleSwitch;
    toggle->setObjectName(QString::fromLatin1(setting::tellNewVersions.key));
    toggle->setAccessibleName(tr("Tell me of new versions"));
    toggle->setChecked(settings.get(setting::tellNewVersions));
    connect(toggle, &ToggleSwitch::toggled, this,
            [&settings](bool on) { settings.set(setting::tellNewVersions, on); });
    addRow(tr("Tell me of new versions"),
           tr("Asks %1 once a day. Nothing about you is sent, and nothing is downloaded or run.")
               .arg(QUrl(m_origin.latest).host()),
           {toggle});
}

void AboutSection::addLinks()
{
    QList<QWidget *> buttons;
    const auto add = [this, &buttons](const QString &text, const QString &address) {
        if (address.isEmpty())
            return;
        QPushButton *button = makeButton(text);
        button->setToolTip(address);
        connect(button, &QPushButton::clicked, this, [this, address] {
            if (!QDesktopServices::openUrl(QUrl(address)))
                say(tr("No browser opened. The address is %1").arg(address), true);
        });
        buttons << button;
    };
    add(tr("Project"), m_origin.home);
    add(tr("Privacy"), m_origin.privacy);
    add(tr("Report a bug"), m_origin.issues);
    addRow(tr("On the web"), tr("Opens your browser."), buttons);
}

void AboutSection::askApt()
{
    auto *apt = new QProcess(this);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C"));
    apt->setProcessEnvironment(environment);
    connect(apt, &QProcess::finished, this, [this, apt] {
        // Below the line of the installed version: "  500 https://… stable/main amd64 Packages".
        static const QRegularExpression source(
            QStringLiteral("\\n \\*\\*\\* [^\\n]+(?:\\n +\\d+ /[^\\n]*)*\\n +\\d+ "
                           "([a-z+]+:[^ \\n]+ [^ \\n]+)"));
        const auto found = source.match(QString::fromUtf8(apt->readAllStandardOutput()));
        m_repository = found.hasMatch() ? found.captured(1) : QString();
        apt->deleteLater();
        refresh();
    });
    connect(apt, &QProcess::errorOccurred, apt, &QObject::deleteLater);
    apt->start(QStringLiteral("apt-cache"),
               {QStringLiteral("policy"), QStringLiteral("flaredeck-core")}, QIODevice::ReadOnly);
}

void AboutSection::setSnapshot(const service::Snapshot &snapshot)
{
    m_shot = snapshot;
    refresh();
}

void AboutSection::refresh()
{
    const service::ServerView &server = m_shot.server;
    const QString state = server.state == ServerState::Listening   ? tr("listening")
                          : server.state == ServerState::Starting  ? tr("starting")
                          : server.state == ServerState::PortTaken ? tr("port in use")
                                                                   : tr("stopped");
    const QString key = m_shot.keyState == store::KeyState::Ready         ? tr("ready")
                        : m_shot.keyState == store::KeyState::SessionOnly ? tr("this session only")
                        : m_shot.keyState == store::KeyState::Opening
                            ? tr("opening")
                            : keytext::happened(m_shot.keyProblem);
    QList<FactList::Fact> facts{{tr("Flaredeck"), QStringLiteral(FLAREDECK_VERSION)}};
    if (const QString build = origintext::build(m_origin); !build.isEmpty())
        facts << FactList::Fact{tr("Build"), build, true};
    facts << QList<FactList::Fact>{
        {tr("Installed from"), m_repository.isEmpty()
                                   ? origintext::kind(m_origin)
                                   : tr("%1, by apt from %2", "kind, repository")
                                         .arg(origintext::kind(m_origin), m_repository)},
        {tr("Qt"), QString::fromLatin1(qVersion())},
        {tr("System"), QStringLiteral("%1, %2").arg(QSysInfo::prettyProductName(),
                                                    QSysInfo::currentCpuArchitecture())},
        {tr("Display"), QGuiApplication::platformName()},
        {tr("Server"), tr("%1, port %2%3", "state, port, mode")
                           .arg(state, QString::number(server.port),
                                server.sandbox ? tr(", sandbox") : QString())},
        {tr("Clients"), tr("%1, %2 grants", "clients, grants")
                            .arg(m_shot.clients.size())
                            .arg(m_shot.grants.size())},
        {tr("Keychain"), key},
        {tr("Data"), m_dataDirectory, true},
        {tr("History"), m_shot.historyProblem.isEmpty() ? tr("ok") : m_shot.historyProblem},
        {tr("Licence"), tr("GPL 3 or later, without warranty")},
    };
    m_facts->set(facts);
    QStringList lines;
    for (const FactList::Fact &fact : std::as_const(facts))
        lines << QStringLiteral("%1: %2").arg(fact.name, fact.value);
    m_copy->setCopied(lines.join(QLatin1Char('\n')));
}

ForgetSection::ForgetSection(const PageContext &context, QWidget *parent)
    : SettingSection(tr("Forget everything"), parent)
{
    QPushButton *forget = makeButton(tr("Forget everything…"), ButtonRole::Danger);
    addRow(tr("All that Flaredeck keeps and has changed"),
           tr("Revokes the sign-ins, takes Flaredeck out of your clients' configurations, empties "
              "the keychain's entries and removes all data. You see first what goes."),
           {forget});
    connect(forget, &QPushButton::clicked, this, [this, &commands = context.commands] {
        auto *dialog = new ForgetDialog(commands, this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
}

} // namespace flaredeck::ui
