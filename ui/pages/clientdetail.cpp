#include "ui/pages/clientdetail.h"

#include "core/base/plaintext.h"
#include "core/base/settings.h"
#include "core/oauth/clients/redirecturi.h"
#include "core/service/clientpresence.h"
#include "core/service/commands.h"
#include "ui/dialogs/confirm.h"
#include "ui/models/clientmodel.h"
#include "ui/text/format.h"
#include "ui/text/scopetext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/factlist.h"
#include "ui/widgets/resultlimitbox.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace flaredeck::ui {

using service::ClientView;

namespace {

void removeRows(QWidget *list)
{
    for (QWidget *row : list->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly)) {
        row->hide();
        row->deleteLater();
    }
}

} // namespace

ClientDetail::ClientDetail(service::CommandQueue &commands, Settings &settings, QWidget *parent)
    : DetailPane(tr("Client details"), parent)
    , m_commands(commands)
    , m_settings(settings)
    , m_facts(new FactList)
    , m_limit(new ResultLimitBox(tr("Length of a result for this client")))
    , m_redirects(new FactList)
    , m_sessions(new QWidget)
    , m_approvalsTitle(labels::strong(tr("Not asked again")))
    , m_approvals(new QWidget)
    , m_revoke(makeButton(tr("Revoke access"), ButtonRole::Danger))
    , m_revokeNote(labels::small(tr("Ends at once. The client has to ask again.")))
    , m_block(makeButton(tr("Block…")))
    , m_blockNote(labels::small())
{
    for (QWidget *rows : {m_sessions, m_approvals}) {
        auto *column = new QVBoxLayout(rows);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(space::s);
    }
    body()->addWidget(m_facts);
    m_limit->setObjectName(QStringLiteral("ownResultLimit"));
    m_limit->setToolTip(tr("What is longer is cut between two records before its model gets it."));
    auto *limit = new QHBoxLayout;
    limit->addWidget(labels::secondary(tr("Length of a result")));
    limit->addStretch();
    limit->addWidget(m_limit);
    body()->addLayout(limit);
    body()->addSpacing(space::xs);
    body()->addWidget(labels::strong(tr("Sessions")));
    body()->addWidget(m_sessions);
    body()->addWidget(m_approvalsTitle);
    body()->addWidget(m_approvals);
    body()->addSpacing(space::xs);
    body()->addWidget(labels::strong(tr("Answers go to")));
    body()->addWidget(m_redirects);

    QPushButton *forget = makeButton(tr("Forget…"), ButtonRole::Danger);
    QLabel *note = labels::small(tr("Removes the registration and every grant."));
    auto *foot = new QGridLayout;
    foot->setHorizontalSpacing(10);
    foot->setVerticalSpacing(space::s);
    foot->setColumnStretch(1, 1);
    foot->addWidget(m_revoke, 0, 0);
    foot->addWidget(m_revokeNote, 0, 1);
    foot->addWidget(m_block, 1, 0);
    foot->addWidget(m_blockNote, 1, 1);
    foot->addWidget(forget, 2, 0);
    foot->addWidget(note, 2, 1);
    for (QLabel *label : {m_revokeNote, m_blockNote, note})
        label->setWordWrap(true);
    QPushButton *events = makeButton(tr("Show its events"), ButtonRole::Link);
    events->setAccessibleName(tr("Show the security events of this client"));
    auto *link = new QHBoxLayout;
    link->setContentsMargins(-6, 0, 0, 0); // aligns its text: the button pads it by 6
    link->addWidget(events);
    link->addStretch();
    body()->addLayout(link);
    body()->addSpacing(space::xs);
    body()->addLayout(foot);
    body()->addStretch();
    connect(m_revoke, &QPushButton::clicked, this, &ClientDetail::revokeRequested);
    connect(m_block, &QPushButton::clicked, this, &ClientDetail::blockRequested);
    connect(forget, &QPushButton::clicked, this, &ClientDetail::forgetRequested);
    connect(events, &QPushButton::clicked, this, &ClientDetail::eventsRequested);
    connect(m_limit, &ResultLimitBox::chosen, this,
            [this](std::optional<int> chosen) { m_settings.setOwnResultLimit(m_shown, chosen); });
    connect(&m_settings, &Settings::changed, this, &ClientDetail::showLimit);
}

void ClientDetail::showLimit()
{
    m_limit->setOwnLimit(m_settings.ownResultLimit(m_shown), m_settings.get(setting::resultLimit));
}

void ClientDetail::setClient(const ClientView &view)
{
    const Millis now = format::now();
    const store::Client &client = view.client;
    const QString name = clienttext::name(client);
    const auto presence = service::presenceOf(view, now);
    const bool isOpen = presence == service::ClientPresence::OpenNow;
    const QString state = clienttext::state(view);
    setHeading(
        name, name,
        presence == service::ClientPresence::Seen || view.lastSeenAt == 0
            ? state
            : tr("%1 · last seen %2", "state, time").arg(state, format::ago(view.lastSeenAt, now)));
    for (QWidget *part : {static_cast<QWidget *>(m_revoke), static_cast<QWidget *>(m_revokeNote)})
        part->setVisible(view.liveGrants > 0);
    m_facts->set({
        {tr("Program"), view.program ? view.program->executable : tr("not known"), true,
         view.program ? view.program->commandLine : QString()},
        {tr("Process"),
         view.program && isOpen ? QString::number(view.program->pid) : QStringLiteral("—")},
        {tr("Registered"), clienttext::origin(client).arg(format::moment(client.createdAt, now)),
         false, format::exact(client.createdAt)},
        {tr("Registered by"), clienttext::registrant(client),
         client.kind != store::ClientKind::Person},
        {tr("Client ID"), client.id.value, true},
        {tr("Grants"), format::number(view.liveGrants)},
    });
    QList<FactList::Fact> redirects;
    for (const QString &uri : client.redirectUris)
        redirects << FactList::Fact{redirects.isEmpty() ? tr("Redirect") : QString(), uri, true,
                                    oauth::redirecturi::describe(uri)};
    m_redirects->set(redirects);

    m_block->setText(client.isBlocked() ? tr("Unblock") : tr("Block…"));
    m_blockNote->setText(client.isBlocked()
                             ? tr("Blocked since %1. It may ask you again afterwards.")
                                   .arg(format::moment(client.blockedAt, now))
                             : tr("Ends its access and refuses it until you unblock it."));

    QStringList handles;
    for (const mcp::SessionInfo &session : view.sessions)
        handles << session.handle;
    if (m_shown != client.id || handles != m_shownSessions) {
        const bool isOther = m_shown != client.id;
        m_shown = client.id;
        if (isOther)
            showLimit();
        m_shownSessions = handles;
        showSessions(view);
    }
    if (m_shownApprovals != view.approvals ||
        m_approvalsTitle->isHidden() != view.approvals.isEmpty())
        showApprovals(view);
}

void ClientDetail::showApprovals(const ClientView &view)
{
    m_shownApprovals = view.approvals;
    m_approvalsTitle->setHidden(view.approvals.isEmpty());
    m_approvals->setHidden(view.approvals.isEmpty());
    removeRows(m_approvals);
    for (const store::RememberedApproval &approval : view.approvals)
        m_approvals->layout()->addWidget(approvalRow(approval));
}

QWidget *ClientDetail::approvalRow(const store::RememberedApproval &approval)
{
    QStringList scopes;
    for (const QString &scope : scopetext::ordered(approval.scopes))
        scopes << scopetext::shortLabel(scope);
    const QString receiver = approval.program.isEmpty() ? approval.redirect : approval.program;
    QLabel *title = labels::body(scopes.join(tr(", ")));
    auto *receiverLabel = new ElidedLabel(receiver);
    receiverLabel->setFont(fonts::mono());
    const Millis now = format::now();
    QLabel *detail = labels::small(
        approval.expiresAt > 0
            ? tr("Since %1, until %2")
                  .arg(format::moment(approval.createdAt, now),
                       format::moment(approval.expiresAt, now))
            : tr("Since %1, until you take it back").arg(format::moment(approval.createdAt, now)));
    for (QLabel *label : {title, detail})
        label->setWordWrap(true);
    QPushButton *forget = makeButton(tr("Ask again"));
    forget->setAccessibleName(plaintext::line(tr("Ask again about %1").arg(receiver)));
    connect(forget, &QPushButton::clicked, this, [this, forget, id = approval.id] {
        forget->setEnabled(false);
        tellFailure(m_commands.ask(&service::Commands::forgetApproval, id), this,
                    tr("That was not saved"));
    });

    auto *texts = new QVBoxLayout;
    texts->setSpacing(1);
    texts->addWidget(title);
    texts->addWidget(receiverLabel);
    texts->addWidget(detail);
    auto *row = new QWidget;
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::s);
    layout->addLayout(texts, 1);
    layout->addWidget(forget, 0, Qt::AlignTop);
    return row;
}

void ClientDetail::showSessions(const ClientView &view)
{
    removeRows(m_sessions);
    for (const mcp::SessionInfo &session : view.sessions)
        m_sessions->layout()->addWidget(sessionRow(session));
    if (view.sessions.isEmpty())
        m_sessions->layout()->addWidget(labels::secondary(tr("None")));
}

QWidget *ClientDetail::sessionRow(const mcp::SessionInfo &session)
{
    auto *row = new QWidget;
    auto *title = new ElidedLabel(
        session.clientInfo.isEmpty() ? session.handle : session.clientInfo, Qt::ElideRight);
    auto *detail = labels::small(tr("%1 · %2 · since %3", "transport, revision, time")
                                     .arg(session.transport, session.revision,
                                          format::moment(session.createdAt, format::now())));
    detail->setWordWrap(true);
    QPushButton *disconnect = makeButton(tr("Disconnect"));
    disconnect->setAccessibleName(tr("Disconnect the session %1").arg(session.handle));

    auto *texts = new QVBoxLayout;
    texts->setSpacing(1);
    texts->addWidget(title);
    texts->addWidget(detail);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::s);
    layout->addLayout(texts, 1);
    layout->addWidget(disconnect);
    connect(disconnect, &QPushButton::clicked, this, [this, disconnect, handle = session.handle] {
        disconnect->setEnabled(false);
        m_commands.ask(&service::Commands::disconnectSession, handle);
    });
    return row;
}

} // namespace flaredeck::ui
