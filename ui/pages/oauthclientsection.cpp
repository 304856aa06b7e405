#include "ui/pages/oauthclientsection.h"

#include "core/base/plaintext.h"
#include "core/base/whendone.h"
#include "core/service/commands.h"
#include "ui/text/setuptext.h"
#include "ui/widgets/buttons.h"

#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>

namespace flaredeck::ui {

namespace {
constexpr int kFieldWidth = 320;
constexpr int kSourceWidth = 480;
} // namespace

OAuthClientSection::OAuthClientSection(service::CommandQueue &commands, QWidget *parent)
    : SettingSection(tr("Your OAuth client at Cloudflare"), parent)
    , m_commands(commands)
    , m_id(new QLineEdit)
    , m_secret(new QLineEdit)
    , m_save(makeButton(tr("Save")))
{
    m_effective = addRow(tr("In use"), QStringLiteral("…"), {});
    addRow(tr("To get one"), setuptext::steps(), {});
    m_redirect = new CopyButton(tr("Copy the redirect URI"));
    m_redirectUri = addRow(tr("Redirect URI"), QStringLiteral("…"), {m_redirect});
    m_redirectUri.note->setObjectName(QStringLiteral("redirectUri"));
    m_copyScopes = new CopyButton(tr("Copy the scopes"));
    m_scopes = addRow(tr("Scopes"), QStringLiteral("…"), {m_copyScopes});
    m_id->setAccessibleName(tr("Client id"));
    m_id->setPlaceholderText(tr("Client id"));
    m_id->setFixedWidth(kFieldWidth);
    addRow(tr("Client id"), tr("What the dashboard gives you for these values."), {m_id});

    m_secret->setEchoMode(QLineEdit::Password);
    m_secret->setAccessibleName(tr("Client secret"));
    m_secret->setPlaceholderText(tr("Leave empty for a public client"));
    m_secret->setFixedWidth(kFieldWidth - m_save->sizeHint().width() - 8);
    m_save->setAccessibleName(tr("Save the OAuth client"));
    addRow(tr("Client secret"), tr("Kept encrypted, like a sign-in."), {m_secret, m_save});

    QPushButton *import = makeButton(tr("Import .dev.vars…"));
    addRow(tr("From a project"),
           tr("Reads CLOUDFLARE_CLIENT_ID and CLOUDFLARE_CLIENT_SECRET from a .dev.vars file."),
           {import});

    m_save->setEnabled(false);
    connect(m_id, &QLineEdit::textChanged, this,
            [this](const QString &text) { m_save->setEnabled(!text.trimmed().isEmpty()); });
    connect(m_save, &QPushButton::clicked, this, &OAuthClientSection::save);
    connect(import, &QPushButton::clicked, this, &OAuthClientSection::chooseFile);
}

void OAuthClientSection::setSnapshot(const service::Snapshot &snapshot)
{
    m_redirectUri.note->setText(setuptext::redirectUri(snapshot));
    m_redirect->setCopied(setuptext::redirectUri(snapshot));
    const QString scopes = setuptext::scopes(snapshot.signInScopes);
    m_scopes.note->setText(scopes);
    m_copyScopes->setCopied(scopes);
    if (snapshot.providerClientSource.isEmpty()) {
        m_effective.note->setText(tr("None. Set one here to sign in, or add an API token."));
        return;
    }
    const QString secret = snapshot.hasClientSecret ? tr("with a secret") : tr("without a secret");
    m_effective.note->setText(
        plaintext::line(tr("%1, %2, from %3", "client id, secret, source")
                            .arg(snapshot.providerClientId, secret,
                                 // A path has no space to wrap at.
                                 fontMetrics().elidedText(snapshot.providerClientSource,
                                                          Qt::ElideMiddle, kSourceWidth))));
}

void OAuthClientSection::save()
{
    whenDone(m_commands.ask(&service::Commands::setProviderClient, m_id->text().trimmed(),
                            Secret(m_secret->text().toUtf8())),
             this, [this](const Result<> &done) {
                 if (done)
                     m_secret->clear();
                 say(done ? tr("Saved. The next sign-in uses it.") : done.error().text(), !done);
             });
}

void OAuthClientSection::chooseFile()
{
    auto *dialog = new QFileDialog(this, tr("Import .dev.vars"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setFilter(QDir::Files | QDir::AllDirs | QDir::Hidden);
    dialog->setNameFilters({tr("Variables (.dev.vars *.vars)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &OAuthClientSection::importFile);
    dialog->open();
}

void OAuthClientSection::importFile(const QString &file)
{
    whenDone(m_commands.ask(&service::Commands::importDevVars, file), this,
             [this](const Result<> &done) {
                 say(done ? tr("Imported. The next sign-in uses it.") : done.error().text(), !done);
             });
}

} // namespace flaredeck::ui
