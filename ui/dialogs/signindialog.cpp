#include "ui/dialogs/signindialog.h"

#include "core/base/whendone.h"
#include "core/service/commands.h"
#include "ui/dialogs/clientway.h"
#include "ui/dialogs/hostedway.h"
#include "ui/dialogs/reachchoice.h"
#include "ui/dialogs/tokenway.h"
#include "ui/text/setuptext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QScreen>
#include <QScrollArea>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {

constexpr int kWidth = 640;
constexpr int kTitleBar = 40;

/// The sandbox is no sign-in: only the command that starts it.
class SandboxWay : public SignInWay
{
public:
    SandboxWay()
        : SignInWay(SignInDialog::tr("Only trying it out"),
                    SignInDialog::tr("The sandbox stands in for Cloudflare, with made-up accounts "
                                     "and Workers."),
                    SignInDialog::tr("It reaches nothing of yours. Quit Flaredeck, and start it in "
                                     "a terminal with this command:"))
    {
        auto *command = labels::mono(setuptext::sandboxCommand());
        command->setWordWrap(true);
        auto *copy = new CopyButton(SignInDialog::tr("Copy the command"));
        copy->setCopied(setuptext::sandboxCommand());
        addRow({command, copy}, command);
    }
};

} // namespace

SignInDialog::SignInDialog(service::CommandQueue &commands, const service::Snapshot &snapshot,
                           QWidget *parent)
    : QDialog(parent)
    , m_commands(commands)
    , m_reach(new ReachChoice(snapshot.signInScopes))
    , m_cards(new QVBoxLayout)
    , m_snapshot(snapshot)
{
    setWindowTitle(tr("Sign in to Cloudflare"));
    auto *inner = new QWidget;
    m_cards->setContentsMargins(space::xl, space::l, space::xl, space::s);
    m_cards->setSpacing(space::m);
    inner->setLayout(m_cards);
    m_cards->addWidget(labels::heading(tr("Sign in to Cloudflare")));
    m_cards->addWidget(m_reach);
    m_cards->addStretch();

    auto *scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(inner);
    inner->setAutoFillBackground(false);
    QPushButton *close = makeButton(tr("Close"));
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(space::xl, space::s, space::xl, space::l);
    foot->addStretch();
    foot->addWidget(close);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(scroll, 1);
    auto *edge = new Hairline; // where a card is cut
    outer->addWidget(edge);
    outer->addLayout(foot);

    addWay(new TokenWay(commands));
    addWay(new ClientWay(commands));
    addWay(new HostedWay(commands));
    if (!snapshot.server.sandbox)
        addWay(new SandboxWay);
    connect(m_reach, &ReachChoice::changed, this, &SignInDialog::choose);
    connect(QGuiApplication::clipboard(), &QClipboard::dataChanged, this,
            &SignInDialog::readClipboard);

    const int wanted =
        m_cards->totalHeightForWidth(kWidth) + foot->sizeHint().height() + edge->minimumHeight();
    const QSize room = screen()->availableGeometry().size();
    resize(qMin(kWidth, room.width()), qMin(wanted, room.height() - kTitleBar));
    close->setDefault(true);
    close->setFocus();
}

void SignInDialog::addWay(SignInWay *way)
{
    m_cards->insertWidget(m_cards->count() - 1, way); // before the stretch
    m_ways << way;
    way->setScopes(m_reach->chosen());
    way->setSnapshot(m_snapshot);
}

void SignInDialog::setSnapshot(const service::Snapshot &snapshot)
{
    m_snapshot = snapshot;
    for (SignInWay *way : std::as_const(m_ways))
        way->setSnapshot(snapshot);
}

void SignInDialog::say(const QString &problem)
{
    // The sign-in that failed was that of the client.
    for (SignInWay *way : std::as_const(m_ways)) {
        if (qobject_cast<ClientWay *>(way))
            way->say(problem, true);
    }
}

void SignInDialog::choose()
{
    const ScopeSet chosen = m_reach->chosen();
    for (SignInWay *way : std::as_const(m_ways))
        way->setScopes(chosen);
    whenDone(m_commands.ask(&service::Commands::setSignInScopes, chosen), this,
             [this](const Result<> &saved) {
                 if (!saved)
                     say(saved.error().text());
             });
}

bool SignInDialog::event(QEvent *event)
{
    // Some systems show a program the clipboard only while it has the focus.
    if (event->type() == QEvent::WindowActivate || event->type() == QEvent::Show)
        readClipboard();
    return QDialog::event(event);
}

void SignInDialog::readClipboard()
{
    const QString text = QGuiApplication::clipboard()->text();
    for (SignInWay *way : std::as_const(m_ways))
        way->offer(text);
}

void showSignIn(QPointer<SignInDialog> &open, service::CommandQueue &commands,
                const service::Snapshot &snapshot, QWidget *parent, const QString &problem)
{
    if (!open) {
        open = new SignInDialog(commands, snapshot, parent);
        open->setAttribute(Qt::WA_DeleteOnClose);
        open->open();
    }
    open->raise();
    if (!problem.isEmpty())
        open->say(problem);
}

} // namespace flaredeck::ui
