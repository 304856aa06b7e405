#include "ui/dialogs/forgetdialog.h"

#include "core/base/plaintext.h"
#include "core/base/whendone.h"
#include "core/service/commands.h"
#include "ui/text/connecttext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/differenceview.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {

constexpr int kForgetWidth = 640;
constexpr int kAllElse = 400; ///< on the screen beside the list
constexpr int kMostList = 420;
constexpr int kLeastList = 100;

/// With a bullet, below which no line of the text begins.
QWidget *lineOf(const QString &text)
{
    auto *line = new QWidget;
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::s);
    row->addWidget(labels::secondary(QStringLiteral("•")), 0, Qt::AlignTop);
    QLabel *words = labels::secondary(plaintext::line(text));
    words->setWordWrap(true);
    row->addWidget(words, 1);
    return line;
}

} // namespace

ForgetDialog::ForgetDialog(service::CommandQueue &commands, QWidget *parent)
    : QDialog(parent)
    , m_commands(commands)
    , m_state(labels::body())
    , m_list(nullptr)
    , m_ask(labels::body(tr("Type “%1” to take all of it away:").arg(tr("forget"))))
    , m_word(new QLineEdit)
    , m_again(makeButton(tr("Look again")))
    , m_cancel(makeButton(tr("Cancel")))
    , m_forget(makeButton(tr("Forget everything"), ButtonRole::Danger))
{
    setWindowTitle(tr("Forget everything"));
    setFixedWidth(kForgetWidth);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::s);
    column->addWidget(labels::heading(tr("Forget everything?")));
    m_state->setWordWrap(true);
    m_state->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_state);

    auto *inner = new QWidget;
    m_list = new QVBoxLayout(inner);
    m_list->setContentsMargins(0, 0, space::m, 0);
    m_list->setSpacing(space::s);
    auto *scroll = new QScrollArea;
    scroll->setAccessibleName(tr("What goes"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(inner);
    inner->setAutoFillBackground(false);
    const int room = screen()->availableGeometry().height() - kAllElse;
    scroll->setFixedHeight(qBound(kLeastList, room, kMostList));
    column->addWidget(scroll);

    m_word->setObjectName(QStringLiteral("word"));
    m_word->setAccessibleName(tr("The word that confirms"));
    m_ask->setBuddy(m_word);
    auto *asking = new QHBoxLayout;
    asking->addWidget(m_ask);
    asking->addWidget(m_word, 1);
    column->addSpacing(space::s);
    column->addLayout(asking);

    m_again->setObjectName(QStringLiteral("again"));
    m_cancel->setObjectName(QStringLiteral("cancel"));
    m_forget->setObjectName(QStringLiteral("forget"));
    m_again->hide();
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(space::s);
    buttons->addStretch();
    buttons->addWidget(m_again);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_forget);
    column->addSpacing(space::m);
    column->addLayout(buttons);
    m_forget->setAutoDefault(false);
    m_cancel->setDefault(true);
    m_cancel->setFocus();

    connect(m_word, &QLineEdit::textChanged, this, &ForgetDialog::allow);
    connect(m_again, &QPushButton::clicked, this, &ForgetDialog::plan);
    connect(m_cancel, &QPushButton::clicked, this, &ForgetDialog::reject);
    connect(m_forget, &QPushButton::clicked, this, &ForgetDialog::forget);
    plan();
}

void ForgetDialog::reject()
{
    if (!m_isRunning)
        QDialog::reject();
}

void ForgetDialog::say(const QString &text, bool isProblem)
{
    m_state->setText(plaintext::block(text));
    m_state->setForegroundRole(isProblem ? QPalette::BrightText : QPalette::WindowText);
}

void ForgetDialog::allow()
{
    const bool isTyped = m_word->text().trimmed() == tr("forget");
    m_forget->setEnabled(isTyped && !m_plan.token.isEmpty() && !m_isRunning);
    m_word->setEnabled(!m_plan.token.isEmpty() && !m_isRunning);
    m_cancel->setEnabled(!m_isRunning);
}

void ForgetDialog::plan()
{
    m_plan = {};
    m_again->hide();
    m_word->clear();
    say(tr("Looking at what there is…"), false);
    allow();
    whenDone(m_commands.ask(&service::Commands::planForgetting), this,
             [this](const Result<service::ForgetPlan> &plan) { take(plan); });
}

void ForgetDialog::take(const Result<service::ForgetPlan> &plan)
{
    while (QLayoutItem *item = m_list->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    if (!plan) {
        say(plan.error().text(), true);
        m_again->show();
        return allow();
    }
    m_plan = *plan;
    say(tr("All of this goes, for good. Then Flaredeck ends, and its next start is a first start."),
        false);
    for (const QString &name : m_plan.signIns)
        m_list->addWidget(
            lineOf(tr("The sign-in of %1, which Cloudflare is asked to revoke").arg(name)));
    m_list->addWidget(
        lineOf(tr("%1 grants and %2 clients").arg(m_plan.grants).arg(m_plan.clients)));
    for (const QString &entry : m_plan.keychainEntries)
        m_list->addWidget(lineOf(tr("In the keychain: “%1” of “Flaredeck”").arg(entry)));
    for (const connect::UndoPlan &setup : m_plan.setups) {
        const QString file = connecttext::shortPath(setup.file);
        if (!setup.problem.isEmpty()) {
            m_list->addWidget(lineOf(
                tr("Stays: the entry of %1 in %2. %3").arg(setup.name, file, setup.problem)));
            continue;
        }
        if (setup.difference.isEmpty())
            continue;
        m_list->addWidget(lineOf(
            setup.removesFile ? tr("%1: %2, which had not been there before").arg(setup.name, file)
                              : tr("%1: what Flaredeck wrote in %2").arg(setup.name, file)));
        auto *difference = new DifferenceView(tr("What changes for %1").arg(setup.name));
        difference->setContent(setup.difference.toUtf8());
        m_list->addWidget(difference);
    }
    for (const QString &start : m_plan.starts)
        m_list->addWidget(
            lineOf(tr("%1, which starts Flaredeck").arg(connecttext::shortPath(start))));
    for (const QString &stays : m_plan.stays)
        m_list->addWidget(lineOf(tr("Stays: %1").arg(stays)));
    for (const QString &file : m_plan.files)
        m_list->addWidget(lineOf(connecttext::shortPath(file)));
    m_list->addStretch();
    allow();
}

void ForgetDialog::forget()
{
    m_isRunning = true;
    allow();
    say(tr("Forgetting… Cloudflare and the keychain are waited for."), false);
    whenDone(m_commands.ask(&service::Commands::forgetEverything, m_plan.token), this,
             [this](const Result<QStringList> &done) {
                 m_isRunning = false;
                 if (done)
                     return accept(); // the program ends, and says what is left
                 m_plan = {};
                 say(done.error().text(), true);
                 m_again->show();
                 allow();
             });
}

} // namespace flaredeck::ui
