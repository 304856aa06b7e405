#include "ui/dialogs/tokenway.h"

#include "core/base/whendone.h"
#include "core/provider/tokenlink.h"
#include "core/service/commands.h"
#include "ui/text/logintext.h"
#include "ui/widgets/buttons.h"

#include <QCheckBox>
#include <QDesktopServices>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

namespace flaredeck::ui {

TokenWay::TokenWay(service::CommandQueue &commands, QWidget *parent)
    : SignInWay(tr("API token"),
                tr("Nothing to register: Cloudflare's page opens with the permissions filled in, "
                   "you confirm there and paste the token here."),
                tr("It cannot be renewed or revoked from here, and what it may change is known "
                   "when a tool first does."),
                parent)
    , m_commands(commands)
    , m_open(makeButton(tr("Open Cloudflare's token page"), ButtonRole::Primary))
    , m_copy(new CopyButton(tr("Copy the link")))
    , m_ofAccount(new QCheckBox(tr("For an account instead of me")))
    , m_look(labels::small())
    , m_token(new QLineEdit)
    , m_paste(makeButton(tr("Use the token on the clipboard")))
    , m_add(makeButton(tr("Add token")))
{
    m_ofAccount->setToolTip(
        tr("Such a token stays valid when you leave the account. Administrators can make it."));
    addRow({m_open, m_copy, m_ofAccount});
    m_look->setObjectName(QStringLiteral("look"));
    m_look->setWordWrap(true);
    body()->addWidget(m_look);
    m_token->setEchoMode(QLineEdit::Password);
    m_token->setAccessibleName(tr("API token"));
    m_token->setPlaceholderText(tr("Paste the token that the page shows"));
    addRow({m_token, m_add}, m_token);
    addRow({m_paste});
    m_paste->hide();
    m_add->setEnabled(false);

    connect(m_open, &QPushButton::clicked, this, [this] { QDesktopServices::openUrl(m_page); });
    connect(m_ofAccount, &QCheckBox::toggled, this, &TokenWay::arrange);
    connect(m_token, &QLineEdit::textChanged, this,
            [this](const QString &text) { m_add->setEnabled(!text.trimmed().isEmpty()); });
    // Enter in the field means its own button.
    connect(m_token, &QLineEdit::textEdited, this, [this] { m_add->setDefault(true); });
    connect(m_paste, &QPushButton::clicked, this, [this] {
        m_token->setText(m_offered);
        m_paste->hide();
        add();
    });
    connect(m_add, &QPushButton::clicked, this, &TokenWay::add);
    arrange();
}

void TokenWay::setSnapshot(const service::Snapshot &snapshot)
{
    const QUrl standIn = snapshot.server.sandbox ? QUrl(snapshot.server.sandboxUrl) : QUrl();
    if (standIn == m_standIn)
        return;
    m_standIn = standIn;
    arrange();
}

void TokenWay::setScopes(const ScopeSet &scopes)
{
    m_scopes = scopes;
    arrange();
}

void TokenWay::offer(const QString &text)
{
    const bool fits = provider::isTokenShaped(provider::facts(), text);
    m_offered = fits ? text.trimmed() : QString();
    m_paste->setVisible(fits && m_token->text() != m_offered);
}

void TokenWay::arrange()
{
    using provider::TokenOwnedBy;
    const provider::TokenLink link =
        provider::tokenLink(provider::facts(), m_scopes,
                            m_ofAccount->isChecked() && m_standIn.isEmpty() ? TokenOwnedBy::Account
                                                                            : TokenOwnedBy::Person);
    m_page = link.url;
    if (!m_standIn.isEmpty()) { // its form asks for the owner
        m_page.setScheme(m_standIn.scheme());
        m_page.setAuthority(m_standIn.authority());
    }
    m_ofAccount->setVisible(m_standIn.isEmpty());
    m_copy->setCopied(m_page.toString(QUrl::FullyEncoded));
    const QStringList look = link.unconfirmed + link.missing;
    m_look->setText(
        tr("Cloudflare does not document the names of these permissions. Look whether the page "
           "has them, and add what is missing: %1")
            .arg(look.join(QStringLiteral(", "))));
    m_look->setVisible(!look.isEmpty());
}

void TokenWay::add()
{
    m_add->setEnabled(false);
    say(tr("Checking what the token opens…"), false);
    whenDone(
        m_commands.ask(&service::Commands::addApiToken, Secret(m_token->text().trimmed().toUtf8())),
        this, [this](const Result<store::Login> &done) {
            m_add->setEnabled(!done);
            if (!done) {
                say(done.error().text(), true);
                return;
            }
            m_token->clear();
            say(tr("%1 is kept: %2. %3 %4", "label, kind, what it opens, until when")
                    .arg(done->email, logintext::kind(*done), logintext::opens(*done),
                         logintext::validity(*done) + QLatin1Char('.')),
                false);
            emit signedIn(done->email);
        });
}

} // namespace flaredeck::ui
