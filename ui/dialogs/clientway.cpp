#include "ui/dialogs/clientway.h"

#include "core/base/whendone.h"
#include "core/provider/scopes.h"
#include "core/service/commands.h"
#include "ui/text/setuptext.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"

#include <QDesktopServices>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpression>
#include <QUrl>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {

constexpr int kNameWidth = 96;

bool isClientIdShaped(const QString &text)
{
    static const QRegularExpression shape(QStringLiteral("^[0-9a-f]{32}$"));
    return shape.match(text.trimmed()).hasMatch();
}

} // namespace

void ClientWay::Value::set(const QString &value) const
{
    text->setText(value);
    copy->setCopied(value);
}

ClientWay::ClientWay(service::CommandQueue &commands, QWidget *parent)
    : SignInWay(tr("OAuth client of your own"),
                tr("Renews itself, is revoked when you sign out, and every permission is known."),
                tr("You register the client once in Cloudflare's dashboard, under Manage account "
                   "→ OAuth clients, with these values:"),
                parent)
    , m_commands(commands)
    , m_id(new QLineEdit)
    , m_paste(makeButton(tr("Use the client ID on the clipboard")))
    , m_signIn(makeButton(tr("Save and sign in"), ButtonRole::Primary))
    , m_without(makeButton(QString()))
{
    QPushButton *open = makeButton(tr("Open the dashboard"));
    connect(open, &QPushButton::clicked, open,
            [] { QDesktopServices::openUrl(QUrl(setuptext::dashboard())); });
    addRow({open});
    addValue(tr("Name"), QStringLiteral("Flaredeck"), tr("Copy the name"));
    m_redirect = addValue(tr("Redirect URI"), {}, tr("Copy the redirect URI"));
    m_scopes = addValue(tr("Scopes"), {}, tr("Copy the scopes"));
    QLabel *grants = labels::small(tr(
        "Grant types: Authorization Code and Refresh Token. Token authentication method: none."));
    grants->setWordWrap(true);
    body()->addWidget(grants);
    m_id->setAccessibleName(tr("Client ID"));
    m_id->setPlaceholderText(tr("The client ID that the dashboard gives you"));
    addRow({m_id, m_signIn}, m_id);
    m_without->setObjectName(QStringLiteral("without"));
    addRow({m_paste, m_without});
    m_paste->hide();
    m_without->hide();
    m_signIn->setEnabled(false);
    connect(m_id, &QLineEdit::textChanged, this, &ClientWay::nameButton);
    // Enter in the field means its own button.
    connect(m_id, &QLineEdit::textEdited, this, [this] { m_signIn->setDefault(true); });
    connect(m_paste, &QPushButton::clicked, this, [this] {
        m_id->setText(m_offered);
        m_paste->hide();
        m_signIn->setFocus();
    });
    connect(m_signIn, &QPushButton::clicked, this, &ClientWay::saveAndSignIn);
    connect(m_without, &QPushButton::clicked, this, &ClientWay::signInWithout);
}

ClientWay::Value ClientWay::addValue(const QString &name, const QString &value,
                                     const QString &copyName)
{
    const Value row{new ElidedLabel(value), new CopyButton(copyName)};
    row.text->setFont(fonts::mono());
    row.text->setObjectName(name);
    row.copy->setCopied(value);
    QLabel *label = labels::secondary(name);
    label->setFixedWidth(kNameWidth);
    addRow({label, row.text, row.copy}, row.text);
    return row;
}

void ClientWay::setSnapshot(const service::Snapshot &snapshot)
{
    m_snapshot = snapshot;
    m_redirect.set(setuptext::redirectUri(snapshot));
    if (!m_everShown && !snapshot.providerClientId.isEmpty())
        m_id->setText(snapshot.providerClientId);
    m_everShown = true;
    nameButton();
    const QString &refused = snapshot.signInRefusedScope;
    // Without knowing who signs in nothing can be kept.
    const bool canDoWithout =
        !refused.isEmpty() && !provider::facts().identityRights.contains(refused);
    m_without->setText(tr("Sign in without %1").arg(refused));
    m_without->setVisible(canDoWithout && snapshot.signInRunning.isEmpty());
}

void ClientWay::nameButton()
{
    const QString id = m_id->text().trimmed();
    m_signIn->setEnabled(!id.isEmpty() && m_snapshot.signInRunning.isEmpty());
    m_signIn->setText(!id.isEmpty() && id == m_snapshot.providerClientId ? tr("Sign in")
                                                                         : tr("Save and sign in"));
}

void ClientWay::setScopes(const ScopeSet &scopes)
{
    m_scopes.set(setuptext::scopes(scopes));
}

void ClientWay::offer(const QString &text)
{
    const bool fits = isClientIdShaped(text) && text.trimmed() != m_id->text();
    m_offered = fits ? text.trimmed() : QString();
    m_paste->setVisible(fits);
}

void ClientWay::saveAndSignIn()
{
    const QString id = m_id->text().trimmed();
    if (id == m_snapshot.providerClientId) {
        signIn();
        return;
    }
    m_signIn->setEnabled(false);
    whenDone(m_commands.ask(&service::Commands::setProviderClient, id, Secret()), this,
             [this](const Result<> &saved) {
                 if (saved) {
                     signIn();
                     return;
                 }
                 m_signIn->setEnabled(true);
                 say(saved.error().text(), true);
             });
}

void ClientWay::signIn()
{
    m_signIn->setEnabled(false);
    say(tr("Waiting for the sign-in at Cloudflare…"), false);
    whenDone(m_commands.ask(&service::Commands::signIn), this, [this](const Result<> &done) {
        nameButton();
        say(done ? tr("You are signed in.") : done.error().text(), !done);
        if (done)
            emit signedIn({});
    });
}

void ClientWay::signInWithout()
{
    const ScopeSet left = scopes::without(m_snapshot.signInScopes, m_snapshot.signInRefusedScope);
    whenDone(m_commands.ask(&service::Commands::setSignInScopes, left), this,
             [this](const Result<> &saved) {
                 if (saved)
                     signIn();
                 else
                     say(saved.error().text(), true);
             });
}

} // namespace flaredeck::ui
