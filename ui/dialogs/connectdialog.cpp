#include "ui/dialogs/connectdialog.h"

#include "core/base/plaintext.h"
#include "core/base/whendone.h"
#include "core/service/commands.h"
#include "core/service/setups.h"
#include "ui/dialogs/confirm.h"
#include "ui/dialogs/setupdialog.h"
#include "ui/text/connecttext.h"
#include "ui/text/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/wrapping.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QScreen>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace flaredeck::ui {

using connect::ClientSetup;

namespace {

constexpr int kConnectWidth = 640;
constexpr int kConnectHeight = 620;

Tone toneOf(connecttext::Mark mark)
{
    switch (mark) {
    case connecttext::Mark::Good:
        return Tone::Ok;
    case connecttext::Mark::Waiting:
        return Tone::Warn;
    case connecttext::Mark::Bad:
        return Tone::Bad;
    case connecttext::Mark::None:
        break;
    }
    return Tone::Neutral;
}

QString iconOf(connecttext::Mark mark)
{
    switch (mark) {
    case connecttext::Mark::Good:
        return QStringLiteral("check");
    case connecttext::Mark::Waiting:
        return QStringLiteral("waiting");
    case connecttext::Mark::Bad:
        return QStringLiteral("warning");
    case connecttext::Mark::None:
        break;
    }
    return {};
}

QWidget *addressRow(const QString &name, const QString &address)
{
    auto *row = new QWidget;
    auto *text = new ElidedLabel(address);
    text->setFont(fonts::mono());
    auto *copy = new CopyButton(ConnectDialog::tr("Copy: %1").arg(name));
    copy->setCopied(address);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(labels::small(name));
    texts->addWidget(text);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::m);
    layout->addLayout(texts, 1);
    layout->addWidget(copy);
    return row;
}

} // namespace

/// One client: its name and state, what is said of it, and what can be done.
class SetupRow : public QWidget
{
public:
    explicit SetupRow(const QString &name)
        : m_state(new PillLabel)
        , m_detail(new WrappingLabel)
        , m_connect(makeButton({}))
        , m_undo(makeButton(ConnectDialog::tr("Undo")))
    {
        auto *tile = new LetterTile(28);
        tile->setName(name);
        m_detail->setWordWrap(true);
        m_detail->setTextFormat(Qt::PlainText);
        m_detail->setFont(fonts::small());
        m_undo->setAccessibleName(ConnectDialog::tr("Undo the change for %1").arg(name));
        auto *heading = new QHBoxLayout;
        heading->setSpacing(space::s);
        heading->addWidget(labels::strong(name));
        heading->addWidget(m_state);
        heading->addStretch();
        auto *texts = new QVBoxLayout;
        texts->setSpacing(2);
        texts->addLayout(heading);
        texts->addWidget(m_detail);
        auto *line = new QHBoxLayout;
        line->setSpacing(space::m);
        line->addWidget(tile, 0, Qt::AlignTop);
        line->addLayout(texts, 1);
        line->addWidget(m_undo, 0, Qt::AlignTop);
        line->addWidget(m_connect, 0, Qt::AlignTop);
        auto *column = new QVBoxLayout(this);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(space::s);
        column->addWidget(new Hairline);
        column->addLayout(line);
    }

    [[nodiscard]] QPushButton *connectButton() const { return m_connect; }
    [[nodiscard]] QPushButton *undoButton() const { return m_undo; }

    void set(const ClientSetup &setup, Millis heardAt)
    {
        const connecttext::Words words = connecttext::describe(setup, heardAt, format::now());
        m_state->set(iconOf(words.mark), words.state, toneOf(words.mark));
        QStringList details;
        if (!words.detail.isEmpty())
            details << words.detail;
        if (!setup.note.isEmpty())
            details << setup.note;
        if (!setup.relays.isEmpty())
            details << ConnectDialog::tr("“%1” runs mcp-remote; the bridge can take its place.")
                           .arg(setup.relays.join(QStringLiteral("”, “")));
        if (!setup.hosted.isEmpty())
            details << ConnectDialog::tr("“%1” leads to a server of Cloudflare that Flaredeck "
                                         "serves as well.")
                           .arg(setup.hosted.join(QStringLiteral("”, “")));
        m_detail->setText(plaintext::block(details.join(QLatin1Char('\n'))));
        m_detail->setVisible(!details.isEmpty());
        const bool isConfigured = setup.state == ClientSetup::State::Configured;
        m_connect->setText(isConfigured ? ConnectDialog::tr("Change…")
                                        : ConnectDialog::tr("Connect…"));
        m_connect->setAccessibleName((isConfigured ? ConnectDialog::tr("Change how %1 is connected")
                                                   : ConnectDialog::tr("Connect %1"))
                                         .arg(setup.name));
        m_connect->setVisible(setup.state != ClientSetup::State::Unreadable);
        m_undo->setVisible(setup.canUndo);
    }

private:
    PillLabel *m_state;
    WrappingLabel *m_detail;
    QPushButton *m_connect;
    QPushButton *m_undo;
};

ConnectDialog::ConnectDialog(service::CommandQueue &commands, service::SnapshotPtr snapshot,
                             QWidget *parent)
    : QDialog(parent)
    , m_commands(commands)
    , m_snapshot(std::move(snapshot))
    , m_rows(new QVBoxLayout)
    , m_othersPlace(new QVBoxLayout)
    , m_notFound(labels::small())
    , m_relays(labels::small())
    , m_said(labels::body())
    , m_again(makeButton(tr("Look again")))
{
    setWindowTitle(tr("Connect a client"));
    setFixedWidth(kConnectWidth);
    auto *inner = new QWidget;
    inner->setAutoFillBackground(false);
    auto *column = new QVBoxLayout(inner);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::s);
    column->addWidget(labels::heading(tr("On this computer")));
    m_rows->setSpacing(space::s);
    column->addLayout(m_rows);
    column->addSpacing(space::s);
    for (QLabel *label : {m_relays, m_notFound}) {
        label->setWordWrap(true);
        label->hide();
        column->addWidget(label);
    }
    column->addSpacing(space::m);
    column->addWidget(labels::heading(tr("Any other client")));
    column->addLayout(m_othersPlace);
    m_others = buildOthers();
    m_othersPlace->addWidget(m_others);
    column->addStretch();

    auto *scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(inner);
    scroll->viewport()->setAutoFillBackground(false);
    inner->setAutoFillBackground(false);

    m_said->setWordWrap(true);
    m_said->hide();
    QPushButton *close = makeButton(tr("Close"));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(space::s);
    buttons->addWidget(m_said, 1);
    buttons->addStretch();
    buttons->addWidget(m_again);
    buttons->addWidget(close);
    auto *foot = new QVBoxLayout;
    foot->setContentsMargins(space::xl, space::m, space::xl, space::l);
    foot->addLayout(buttons);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(scroll, 1);
    outer->addWidget(new Hairline);
    outer->addLayout(foot);
    QObject::connect(close, &QPushButton::clicked, this, &QDialog::accept);
    QObject::connect(m_again, &QPushButton::clicked, this, &ConnectDialog::look);
    close->setDefault(true);
    close->setFocus();
    constexpr int kTitleBar = 40; // of the window manager
    resize(kConnectWidth, qMin(kConnectHeight, screen()->availableGeometry().height() - kTitleBar));
    look();
}

QWidget *ConnectDialog::buildOthers() const
{
    const service::ServerView &server = m_snapshot->server;
    auto *others = new QWidget;
    auto *column = new QVBoxLayout(others);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    QLabel *how = labels::secondary(tr("Give the client this server's address, or the command of "
                                       "the bridge. Flaredeck then asks you what it may do."));
    how->setWordWrap(true);
    column->addWidget(how);
    if (!server.mcpUrl.isEmpty()) {
        column->addWidget(addressRow(tr("Streamable HTTP address"), server.mcpUrl));
        column->addWidget(addressRow(tr("HTTP+SSE address, for older clients"), server.sseUrl));
    }
    if (!server.bridge.isEmpty())
        column->addWidget(addressRow(tr("Bridge, for clients that start their servers"),
                                     connecttext::bridgeEntry(server.bridge)));
    return others;
}

void ConnectDialog::setSnapshot(const service::SnapshotPtr &snapshot)
{
    const bool moved = m_snapshot->server.mcpUrl != snapshot->server.mcpUrl ||
                       m_snapshot->server.bridge != snapshot->server.bridge;
    m_snapshot = snapshot;
    showRows();
    if (!moved)
        return;
    delete m_others;
    m_others = buildOthers();
    m_othersPlace->addWidget(m_others);
    look();
}

/// Whoever comes back from an editor or from the client sees what is true now.
void ConnectDialog::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::ActivationChange && isActiveWindow())
        look();
    QDialog::changeEvent(event);
}

void ConnectDialog::look()
{
    if (std::exchange(m_looking, true))
        return;
    whenDone(m_commands.ask(&service::Commands::surveyClients), this,
             [this](const Result<connect::Survey> &survey) {
                 m_looking = false;
                 if (survey)
                     take(*survey);
                 else
                     say(survey.error().text());
             });
}

void ConnectDialog::take(const connect::Survey &survey)
{
    m_survey = survey;
    QStringList missing;
    int place = 0;
    for (const ClientSetup &setup : m_survey.clients) {
        if (setup.state == ClientSetup::State::NotFound) {
            missing << setup.name;
            delete m_rowOf.take(setup.id);
            continue;
        }
        SetupRow *&row = m_rowOf[setup.id];
        if (!row) {
            row = new SetupRow(setup.name);
            const QString id = setup.id;
            QObject::connect(row->connectButton(), &QPushButton::clicked, this,
                             [this, id] { connectClient(id); });
            QObject::connect(row->undoButton(), &QPushButton::clicked, this,
                             [this, id] { undo(id); });
            m_rows->insertWidget(place, row);
        }
        ++place;
    }
    const QString names = missing.join(QStringLiteral(", "));
    m_notFound->setText(place == 0 ? tr("None of the clients that Flaredeck can enter itself into "
                                        "was found: %1.")
                                         .arg(names)
                                   : tr("Not found here: %1.").arg(names));
    m_notFound->setVisible(!missing.isEmpty());
    const QString relays = connecttext::relays(m_survey.loads);
    m_relays->setText(relays);
    m_relays->setVisible(!relays.isEmpty());
    showRows();
}

void ConnectDialog::showRows()
{
    for (const ClientSetup &setup : std::as_const(m_survey.clients)) {
        if (SetupRow *row = m_rowOf.value(setup.id))
            row->set(setup, service::lastHeardOf(setup, *m_snapshot));
    }
}

void ConnectDialog::connectClient(const QString &id)
{
    const auto setup = std::find_if(m_survey.clients.begin(), m_survey.clients.end(),
                                    [&id](const ClientSetup &one) { return one.id == id; });
    if (setup == m_survey.clients.end())
        return;
    auto *dialog = new SetupDialog(m_commands, *setup, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &QDialog::accepted, this, &ConnectDialog::look);
    dialog->open();
}

void ConnectDialog::undo(const QString &id)
{
    whenDone(m_commands.ask(&service::Commands::undoSetup, id), this,
             [this](const Result<QString> &done) {
                 say(done ? *done : done.error().text());
                 look();
             });
}

void ConnectDialog::say(const QString &text)
{
    m_said->setText(plaintext::block(text));
    m_said->setVisible(!text.isEmpty());
}

} // namespace flaredeck::ui
