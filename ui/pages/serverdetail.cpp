#include "ui/pages/serverdetail.h"

#include "core/base/plaintext.h"
#include "core/service/commands.h"
#include "core/tools/definition.h"
#include "core/tools/remotetool.h"
#include "ui/dialogs/confirm.h"
#include "ui/models/servermodel.h"
#include "ui/models/toolmodel.h"
#include "ui/text/format.h"
#include "ui/text/tooltext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/factlist.h"
#include "ui/widgets/surface.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <utility>

namespace flaredeck::ui {

using remote::RemoteView;
using service::Commands;

namespace {

QLabel *wrapped(QLabel *label)
{
    label->setWordWrap(true);
    return label;
}

} // namespace

ServerDetail::ServerDetail(service::CommandQueue &commands, QWidget *parent)
    : DetailPane(tr("Server details"), parent)
    , m_commands(commands)
    , m_about(wrapped(labels::secondary()))
    , m_problem(wrapped(labels::body()))
    , m_switch(new ToggleSwitch)
    , m_facts(new FactList)
    , m_signIn(makeButton(tr("Sign in"), ButtonRole::Primary))
    , m_signOut(makeButton(tr("Sign out…")))
    , m_test(makeButton(tr("Test now")))
    , m_remove(makeButton(tr("Remove…"), ButtonRole::Danger))
    , m_signInNote(wrapped(labels::small()))
    , m_testNote(wrapped(labels::small(tr("Connects to it and lists its tools."))))
    , m_signOutNote(wrapped(labels::small(tr("Its tools stop working for every client."))))
    , m_removeNote(wrapped(labels::small(tr("Its tools, its sign-in and their rules go."))))
    , m_toolsTitle(labels::strong())
    , m_toolsNote(wrapped(labels::small()))
    , m_tools(new QWidget)
{
    m_switch->setAccessibleName(tr("Offer its tools to clients"));
    auto *offer = new QHBoxLayout;
    offer->addWidget(wrapped(labels::body(tr("Offer its tools to clients"))), 1);
    offer->addWidget(m_switch, 0, Qt::AlignTop);

    // One below the other: they would not fit beside each other.
    auto *foot = new QGridLayout;
    foot->setHorizontalSpacing(10);
    foot->setVerticalSpacing(space::s);
    foot->setColumnStretch(1, 1);
    const std::pair<QPushButton *, QLabel *> actions[] = {{m_signIn, m_signInNote},
                                                          {m_test, m_testNote},
                                                          {m_signOut, m_signOutNote},
                                                          {m_remove, m_removeNote}};
    for (const auto &[button, note] : actions) {
        const int row = foot->rowCount();
        foot->addWidget(button, row, 0);
        foot->addWidget(note, row, 1);
    }

    m_problem->setObjectName(QStringLiteral("problem"));
    m_problem->setForegroundRole(QPalette::BrightText);
    auto *rows = new QVBoxLayout(m_tools);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(space::s);

    body()->addWidget(m_about);
    body()->addLayout(offer);
    body()->addWidget(m_problem);
    body()->addWidget(m_facts);
    body()->addLayout(foot);
    body()->addSpacing(space::s);
    body()->addWidget(m_toolsTitle);
    body()->addWidget(m_toolsNote);
    body()->addWidget(m_tools);
    body()->addStretch();

    connect(m_switch, &QAbstractButton::clicked, this, &ServerDetail::switchOn);
    connect(m_signIn, &QPushButton::clicked, this, &ServerDetail::signIn);
    connect(m_signOut, &QPushButton::clicked, this, &ServerDetail::signOut);
    connect(m_test, &QPushButton::clicked, this, &ServerDetail::test);
    connect(m_remove, &QPushButton::clicked, this, &ServerDetail::remove);
}

void ServerDetail::setServer(const RemoteView &view)
{
    const bool isAnother = m_shown != view.remote.name;
    m_view = view;
    m_shown = view.remote.name;
    setHeading(view.remote.title, view.remote.title, servertext::state(view));
    QStringList about;
    if (!view.summary.isEmpty())
        about << view.summary;
    if (view.isDeprecated)
        about << tr("Cloudflare has deprecated this server.");
    if (view.isPublic)
        about << tr("It needs no sign-in.");
    m_about->setText(about.join(QLatin1Char(' ')));
    m_about->setVisible(!about.isEmpty());
    m_switch->setChecked(view.remote.isOn);
    m_problem->setText(view.problem);
    m_problem->setVisible(!view.problem.isEmpty() && view.remote.isOn);
    showSignIn();
    if (isAnother || m_shownTools != view.tools)
        showTools();
}

void ServerDetail::showSignIn()
{
    const Millis now = format::now();
    const store::Remote &remote = m_view.remote;
    QList<FactList::Fact> facts{{tr("Address"), remote.url, true}};
    if (servertext::hasSignIn(m_view)) {
        facts << FactList::Fact{tr("Signed in"), remote.signedInAt > 0
                                                     ? format::moment(remote.signedInAt, now)
                                                     : tr("never")};
        if (const QString until = servertext::until(m_view); !until.isEmpty())
            facts << FactList::Fact{tr("Ends"), until};
        if (!remote.scopes.isEmpty())
            facts << FactList::Fact{tr("Opens"), remote.scopes.join(QStringLiteral(", "))};
        if (remote.refreshedAt > 0)
            facts << FactList::Fact{tr("Refreshed"), format::ago(remote.refreshedAt, now)};
        if (!remote.refreshProblem.isEmpty())
            facts << FactList::Fact{tr("Last attempt"), remote.refreshProblem};
    }
    if (m_view.listedAt > 0)
        facts << FactList::Fact{tr("Answered"), format::ago(m_view.listedAt, now)};
    if (!remote.revision.isEmpty())
        facts << FactList::Fact{tr("Speaks"), tr("MCP %1").arg(remote.revision)};
    m_facts->set(facts);

    const bool isSignedIn = servertext::isSignedIn(m_view);
    const bool wantsMore = !m_view.wanted.isEmpty();
    m_signIn->setVisible(servertext::hasSignIn(m_view) && (!isSignedIn || wantsMore));
    m_signIn->setText(wantsMore || remote.state == store::RemoteState::NeedsSignIn
                          ? tr("Sign in again")
                          : tr("Sign in"));
    m_signIn->setEnabled(!m_view.isSigningIn);
    m_signInNote->setText(m_view.isSigningIn ? tr("Waiting for the page of the server.")
                          : wantsMore
                              ? tr("A call was refused without %1.")
                                    .arg(plaintext::line(m_view.wanted.join(QStringLiteral(", "))))
                              : tr("Opens a page of the server."));
    m_signOut->setVisible(isSignedIn);
    m_test->setVisible(remote.isOn && (isSignedIn || !servertext::hasSignIn(m_view)));
    m_test->setEnabled(!m_isTesting);
    m_remove->setVisible(remote.isAdded);
    m_signInNote->setVisible(!m_signIn->isHidden());
    m_testNote->setVisible(!m_test->isHidden());
    m_signOutNote->setVisible(!m_signOut->isHidden());
    m_removeNote->setVisible(!m_remove->isHidden());
}

void ServerDetail::showTools()
{
    m_shownTools = m_view.tools;
    for (QWidget *row : m_tools->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly)) {
        row->hide();
        row->deleteLater(); // a pressed button may still handle its click
    }
    const qsizetype count = m_view.tools.size();
    m_toolsTitle->setText(count == 0   ? tr("Tools")
                          : count == 1 ? tr("1 tool")
                                       : tr("%1 tools").arg(format::number(count)));
    const qsizetype changed = servertext::changedTools(m_view);
    const QString asks = tr("Its calls ask, whatever rules say, until you say that it is right.");
    const QString ask =
        tr("Their calls ask, whatever rules say, until you say that they are right.");
    m_toolsNote->setText(
        count == 0     ? tr("They are listed once the server is on and answers.")
        : changed == 1 ? tr("The server changed one of them since you saw it. %1").arg(asks)
        : changed > 1  ? tr("The server changed %1 of them since you saw them. %2")
                            .arg(format::number(changed), ask)
                      : tr("What they do is decided here, not by the server. Rules for them are on "
                           "the page Tools."));
    for (const store::RemoteTool &tool : m_view.tools) {
        m_tools->layout()->addWidget(toolRow(tool));
        m_tools->layout()->addWidget(new Hairline);
    }
}

QWidget *ServerDetail::toolRow(const store::RemoteTool &tool)
{
    const auto definition =
        tools::findDefinition(tools::remotetool::nameOf(tool.server, tool.name));
    const Effect effect = definition ? definition->effect
                                     : tools::remotetool::effectOf(tool.definition, std::nullopt);
    auto *row = new QWidget;
    auto *column = new QVBoxLayout(row);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::xs);
    auto *head = new QHBoxLayout;
    head->setSpacing(space::s);
    auto *name = new ElidedLabel(plaintext::line(tool.name), Qt::ElideRight);
    name->setFont(fonts::mono());
    head->addWidget(name, 1);
    head->addWidget(new ChipLabel(Chip{tooltext::effect(effect), tooltone::of(effect)}));
    column->addLayout(head);
    constexpr qsizetype kShort = 140;
    const QString about = plaintext::line(plaintext::cut(
        json::stringAt(tool.definition, "description").value_or(QString()).section(u'\n', 0, 0),
        kShort));
    if (!about.isEmpty())
        column->addWidget(wrapped(labels::small(about)));
    if (tool.isChanged) {
        QPushButton *accept = makeButton(tr("It is right so"));
        accept->setAccessibleName(tr("Accept what %1 has become").arg(plaintext::line(tool.name)));
        connect(accept, &QPushButton::clicked, this, [this, accept, tool] {
            accept->setEnabled(false);
            whenDone(m_commands.ask(&Commands::acceptTool, tool.server, tool.name), accept,
                     [this, accept](const Result<> &done) {
                         if (done)
                             return; // the next snapshot shows it without the button
                         accept->setEnabled(true);
                         tellProblem(this, tr("The tool still asks"), done.error().text());
                     });
        });
        auto *line = new QHBoxLayout;
        line->addWidget(accept);
        line->addStretch();
        column->addLayout(line);
    }
    return row;
}

void ServerDetail::switchOn(bool isOn)
{
    if (isOn && servertext::hasSignIn(m_view) && !servertext::isSignedIn(m_view)) {
        signIn();
        return;
    }
    whenDone(m_commands.ask(&Commands::switchServer, m_view.remote.name, isOn), this,
             [this, isOn](const Result<> &done) {
                 if (done)
                     return;
                 setServer(m_view); // the switch goes back
                 tellProblem(this, isOn ? tr("The server is not on") : tr("The server is still on"),
                             done.error().text());
             });
}

void ServerDetail::signIn()
{
    m_signIn->setEnabled(false);
    const QString name = m_view.remote.name;
    whenDone(m_commands.ask(&Commands::signInToServer, name), this, [this](const Result<> &done) {
        setServer(m_view);
        if (!done && done.error().kind != Error::Kind::Cancelled)
            tellProblem(this, tr("You are not signed in"), done.error().text());
    });
}

void ServerDetail::signOut()
{
    const QString title = m_view.remote.title;
    confirm(this,
            {.title = tr("Sign out of %1?").arg(title),
             .text = tr("Its tools stop working for every client until you sign in again."),
             .action = tr("Sign out")},
            [this, name = m_view.remote.name] {
                whenDone(m_commands.ask(&Commands::signOutOfServer, name), this,
                         [this](const Result<QString> &done) {
                             if (!done)
                                 tellProblem(this, tr("You are still signed in"),
                                             done.error().text());
                             else if (!done->isEmpty())
                                 tellProblem(this, tr("Signed out here"), *done);
                         });
            });
}

void ServerDetail::test()
{
    m_isTesting = true;
    m_test->setEnabled(false);
    whenDone(m_commands.ask(&Commands::testServer, m_view.remote.name), this,
             [this](const Result<> &) {
                 m_isTesting = false; // what came of it is in the next snapshot
                 m_test->setEnabled(true);
             });
}

void ServerDetail::remove()
{
    confirm(this,
            {.title = tr("Remove %1?").arg(m_view.remote.title),
             .text = tr("Its tools, its sign-in and the rules about its tools go. What clients "
                        "were granted of it means nothing any more."),
             .action = tr("Remove")},
            [this, name = m_view.remote.name] {
                tellFailure(m_commands.ask(&Commands::removeServer, name), this,
                            tr("The server is still there"));
            });
}

} // namespace flaredeck::ui
