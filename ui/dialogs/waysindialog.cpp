#include "ui/dialogs/waysindialog.h"

#include "core/base/whendone.h"
#include "core/service/commands.h"
#include "ui/text/setuptext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/elidedlabel.h"

#include <QDesktopServices>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScreen>
#include <QScrollArea>
#include <QUrl>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {

constexpr int kWaysWidth = 600;
constexpr int kTitleBar = 40;

/// A value that goes somewhere else, and a button that copies it.
void addValue(QVBoxLayout *column, const QString &name, const QString &value,
              const QString &copyName, QPushButton *open = nullptr)
{
    auto *text = new ElidedLabel(value);
    text->setFont(fonts::mono());
    text->setObjectName(name);
    auto *copy = new CopyButton(copyName);
    copy->setCopied(value);
    auto *label = labels::secondary(name);
    label->setFixedWidth(96);
    auto *row = new QHBoxLayout;
    row->setSpacing(space::s);
    row->addWidget(label);
    row->addWidget(text, 1);
    if (open)
        row->addWidget(open);
    row->addWidget(copy);
    column->addLayout(row);
}

QPushButton *openButton(const QString &address, const QString &name)
{
    QPushButton *open = makeButton(WaysInDialog::tr("Open"));
    open->setAccessibleName(name);
    open->setToolTip(name);
    QObject::connect(open, &QPushButton::clicked, open,
                     [address] { QDesktopServices::openUrl(QUrl(address)); });
    return open;
}

QHBoxLayout *fieldRow(QLineEdit *field, QPushButton *button)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(space::s);
    row->addWidget(field, 1);
    row->addWidget(button);
    return row;
}

} // namespace

WaysInDialog::WaysInDialog(service::CommandQueue &commands, const service::Snapshot &snapshot,
                           QWidget *parent)
    : QDialog(parent)
    , m_commands(commands)
    , m_token(new QLineEdit)
    , m_addToken(makeButton(tr("Add token")))
    , m_clientId(new QLineEdit)
    , m_signIn(makeButton(tr("Save and sign in"), ButtonRole::Primary))
    , m_answer(labels::small())
{
    setWindowTitle(tr("Ways to start"));
    setFixedWidth(kWaysWidth);
    auto *inner = new QWidget;
    auto *column = new QVBoxLayout(inner);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::s);
    column->setSpacing(space::m);
    column->addWidget(labels::heading(tr("Three ways to start")));
    auto *why = labels::secondary(
        tr("Cloudflare knows programs by a client ID, and none is set here yet."));
    why->setWordWrap(true);
    column->addWidget(why);

    QVBoxLayout *sandbox = addWay(column, tr("Try it with the sandbox"),
                                  tr("A stand-in for Cloudflare with made-up accounts and Workers. "
                                     "Quit Flaredeck, and start it in a terminal with:"));
    addValue(sandbox, tr("Command"), setuptext::sandboxCommand(), tr("Copy the command"));

    QVBoxLayout *token = addWay(column, tr("Paste an API token"),
                                tr("You make one in Cloudflare's dashboard. It is checked before "
                                   "it is kept."));
    addValue(token, tr("Made at"), setuptext::tokenPage(), tr("Copy the address of the tokens"),
             openButton(setuptext::tokenPage(), tr("Open the page of the tokens")));
    m_token->setEchoMode(QLineEdit::Password);
    m_token->setAccessibleName(tr("API token"));
    m_token->setPlaceholderText(tr("API token"));
    token->addLayout(fieldRow(m_token, m_addToken));

    QVBoxLayout *client = addWay(column, tr("Set up an OAuth client"), setuptext::steps());
    addValue(client, tr("Dashboard"), setuptext::dashboard(), tr("Copy the dashboard's address"),
             openButton(setuptext::dashboard(), tr("Open the dashboard")));
    addValue(client, tr("Redirect URI"), setuptext::redirectUri(snapshot),
             tr("Copy the redirect URI"));
    addValue(client, tr("Scopes"), setuptext::scopes(), tr("Copy the scopes"));
    m_clientId->setAccessibleName(tr("Client ID"));
    m_clientId->setPlaceholderText(tr("The client ID that the dashboard gives you"));
    client->addLayout(fieldRow(m_clientId, m_signIn));

    m_answer->setObjectName(QStringLiteral("answer"));
    m_answer->setWordWrap(true);
    m_answer->setForegroundRole(QPalette::BrightText);
    m_answer->hide();
    column->addWidget(m_answer);

    auto *scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(inner);
    inner->setAutoFillBackground(false);
    QPushButton *close = makeButton(tr("Close"));
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(space::xl, space::s, space::xl, space::l);
    foot->addStretch();
    foot->addWidget(close);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(scroll, 1);
    outer->addLayout(foot);
    const int wanted = column->totalHeightForWidth(kWaysWidth) + foot->sizeHint().height() +
                       m_answer->sizeHint().height();
    resize(kWaysWidth, qMin(wanted, screen()->availableGeometry().height() - kTitleBar));

    m_addToken->setEnabled(false);
    m_signIn->setEnabled(false);
    connect(m_token, &QLineEdit::textChanged, this,
            [this](const QString &text) { m_addToken->setEnabled(!text.trimmed().isEmpty()); });
    connect(m_clientId, &QLineEdit::textChanged, this,
            [this](const QString &text) { m_signIn->setEnabled(!text.trimmed().isEmpty()); });
    // Enter in a field means the field's own button.
    connect(m_token, &QLineEdit::textEdited, this, [this] { m_addToken->setDefault(true); });
    connect(m_clientId, &QLineEdit::textEdited, this, [this] { m_signIn->setDefault(true); });
    connect(m_addToken, &QPushButton::clicked, this, &WaysInDialog::addToken);
    connect(m_signIn, &QPushButton::clicked, this, &WaysInDialog::saveClient);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    close->setDefault(true);
    close->setFocus();
}

void showWaysIn(service::CommandQueue &commands, const service::Snapshot &snapshot, QWidget *parent)
{
    auto *dialog = new WaysInDialog(commands, snapshot, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

QVBoxLayout *WaysInDialog::addWay(QVBoxLayout *column, const QString &title, const QString &text)
{
    auto *way = new QVBoxLayout;
    way->setSpacing(space::xs);
    way->addWidget(labels::strong(title));
    auto *words = labels::secondary(text);
    words->setWordWrap(true);
    way->addWidget(words);
    column->addWidget(new Hairline);
    column->addLayout(way);
    return way;
}

void WaysInDialog::addToken()
{
    m_addToken->setEnabled(false);
    whenDone(
        m_commands.ask(&service::Commands::addApiToken, Secret(m_token->text().trimmed().toUtf8())),
        this, [this](const Result<> &done) {
            if (done) {
                accept();
                return;
            }
            m_addToken->setEnabled(true);
            say(done.error().text());
        });
}

void WaysInDialog::saveClient()
{
    m_signIn->setEnabled(false);
    const auto failed = [this](const Error &error) {
        m_signIn->setEnabled(true);
        say(error.text());
    };
    whenDone(m_commands.ask(&service::Commands::setProviderClient, m_clientId->text().trimmed(),
                            Secret()),
             this, [this, failed](const Result<> &saved) {
                 if (!saved) {
                     failed(saved.error());
                     return;
                 }
                 whenDone(m_commands.ask(&service::Commands::signIn), this,
                          [this, failed](const Result<> &done) {
                              if (done)
                                  accept();
                              else
                                  failed(done.error());
                          });
             });
}

void WaysInDialog::say(const QString &text)
{
    m_answer->setText(text);
    m_answer->setVisible(!text.isEmpty());
}

} // namespace flaredeck::ui
