#include "ui/dialogs/keychaindialog.h"

#include "core/base/plaintext.h"
#include "core/base/whendone.h"
#include "core/service/commands.h"
#include "ui/dialogs/confirm.h"
#include "ui/text/keytext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace flaredeck::ui {

using service::Snapshot;
using store::KeyState;

namespace {
constexpr int kKeychainWidth = 600;
} // namespace

KeychainDialog::KeychainDialog(service::CommandQueue &commands, const Snapshot &snapshot,
                               QWidget *parent)
    : QDialog(parent)
    , m_commands(commands)
    , m_happened(labels::heading())
    , m_means(labels::body())
    , m_answer(labels::body())
{
    setWindowTitle(tr("Keychain"));
    setFixedWidth(kKeychainWidth);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::m);
    for (QLabel *label : {m_means, m_answer})
        label->setWordWrap(true);
    column->addWidget(m_happened);
    column->addWidget(m_means);

    m_again = addChoice(tr("Use the keychain"), makeButton(tr("Try again"), ButtonRole::Primary));
    m_thisRun = addChoice(tr("Go on without it for now"), makeButton(tr("Use this run only")));
    m_anew = addChoice(tr("Give the sealed sign-ins up"),
                       makeButton(tr("Start anew…"), ButtonRole::Danger));
    connect(m_again.button, &QPushButton::clicked, this, &KeychainDialog::tryAgain);
    connect(m_thisRun.button, &QPushButton::clicked, this,
            [this] { m_commands.ask(&service::Commands::useThisSessionOnly); });
    connect(m_anew.button, &QPushButton::clicked, this, &KeychainDialog::askStartAnew);

    m_answer->hide();
    column->addWidget(m_answer);
    QPushButton *later = makeButton(tr("Decide later"));
    connect(later, &QPushButton::clicked, this, &QDialog::reject);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(later);
    column->addStretch();
    column->addLayout(buttons);
    m_again.button->setDefault(true);
    m_again.button->setFocus();
    setSnapshot(snapshot);
}

KeychainDialog::Choice KeychainDialog::addChoice(const QString &name, QPushButton *button)
{
    auto *row = new QWidget;
    QLabel *cost = labels::secondary();
    cost->setWordWrap(true);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(labels::strong(name));
    texts->addWidget(cost);
    auto *line = new QHBoxLayout;
    line->setSpacing(space::l);
    line->addLayout(texts, 1);
    line->addWidget(button, 0, Qt::AlignTop);
    auto *rows = new QVBoxLayout(row);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(space::m);
    rows->addWidget(new Hairline);
    rows->addLayout(line);
    layout()->addWidget(row);
    return {row, cost, button};
}

void KeychainDialog::setSnapshot(const Snapshot &snapshot)
{
    const bool asking = snapshot.keyState == KeyState::Opening;
    if (!asking && snapshot.keyState != KeyState::Closed) {
        accept();
        return;
    }
    // The buttons stay enabled: a disabled one gives the focus away under the hands of who types.
    m_isAsking = asking;
    if (asking) {
        say(tr("Asking the keychain…"));
        return;
    }
    m_shown = snapshot;
    const store::KeyProblem problem = snapshot.keyProblem;
    m_happened->setText(keytext::happened(problem));
    m_means->setText(keytext::means(problem));
    m_again.cost->setText(keytext::remedy(problem));
    m_thisRun.cost->setText(keytext::costOfThisRunOnly(snapshot));
    m_anew.cost->setText(keytext::costOfStartingAnew(snapshot).join(QStringLiteral(". ")) +
                         QLatin1Char('.'));
    m_anew.row->setVisible(store::isLoss(problem));
    for (const Choice &choice : {m_again, m_thisRun, m_anew})
        choice.button->setAccessibleDescription(choice.cost->text());
    fitHeight();
}

/// Wrapped texts ask for more height than they take at this width.
void KeychainDialog::fitHeight()
{
    layout()->activate();
    const int height = layout()->totalHeightForWidth(kKeychainWidth);
    setMinimumHeight(height);
    resize(kKeychainWidth, height);
}

void KeychainDialog::tryAgain()
{
    if (m_isAsking)
        return;
    whenDone(m_commands.ask(&service::Commands::retryKeychain), this, [this](const Result<> &done) {
        say(done ? QString()
                 : tr("It is still so: %1.").arg(keytext::happened(m_shown.keyProblem)));
    });
}

void KeychainDialog::askStartAnew()
{
    confirm(this,
            {tr("Give the sealed sign-ins up?"),
             tr("Flaredeck makes a new key and stores it in the keychain."),
             keytext::costOfStartingAnew(m_shown), tr("Start anew")},
            [this] {
                whenDone(m_commands.ask(&service::Commands::startAnew), this,
                         [this](const Result<> &done) {
                             if (!done)
                                 say(done.error().text());
                         });
            });
}

void KeychainDialog::say(const QString &text)
{
    m_answer->setText(plaintext::line(text));
    m_answer->setVisible(!text.isEmpty());
    fitHeight();
}

} // namespace flaredeck::ui
