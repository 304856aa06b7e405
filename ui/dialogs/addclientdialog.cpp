#include "ui/dialogs/addclientdialog.h"

#include "core/base/plaintext.h"
#include "core/base/whendone.h"
#include "core/service/commands.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/elidedlabel.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace flaredeck::ui {

using oauth::personclient::Added;
using oauth::personclient::Draft;

namespace {

constexpr int kAddClientWidth = 560;
constexpr int kRedirectLines = 4;

QVBoxLayout *stepColumn(QWidget *step, const QString &title, const QString &text)
{
    auto *column = new QVBoxLayout(step);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::s);
    column->addWidget(labels::heading(title));
    QLabel *words = labels::secondary(text);
    words->setWordWrap(true);
    column->addWidget(words);
    column->addSpacing(space::s);
    return column;
}

QHBoxLayout *buttonRow(QVBoxLayout *column)
{
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(space::s);
    buttons->addStretch();
    column->addStretch();
    column->addSpacing(space::m);
    column->addLayout(buttons);
    return buttons;
}

/// What the person takes along, and a button that copies it.
void addValue(QVBoxLayout *column, const QString &name, const QString &value,
              const QString &copyName)
{
    auto *text = new ElidedLabel(value);
    text->setFont(fonts::mono());
    text->setObjectName(name);
    auto *copy = new CopyButton(copyName);
    copy->setCopied(value);
    auto *row = new QHBoxLayout;
    row->setSpacing(space::m);
    row->addWidget(text, 1);
    row->addWidget(copy);
    column->addWidget(labels::strong(name));
    column->addLayout(row);
    column->addSpacing(space::s);
}

} // namespace

AddClientDialog::AddClientDialog(service::CommandQueue &commands, quint16 ownPort, QWidget *parent)
    : QDialog(parent)
    , m_commands(commands)
    , m_ownPort(ownPort)
    , m_steps(new QStackedLayout(this))
    , m_name(new QLineEdit)
    , m_redirects(new QPlainTextEdit)
    , m_confidential(new QCheckBox(tr("It keeps a secret, as a program on a server can")))
    , m_problem(labels::small())
    , m_add(makeButton(tr("Add"), ButtonRole::Primary))
{
    setWindowTitle(tr("Add a client"));
    setFixedWidth(kAddClientWidth);
    m_steps->addWidget(buildForm());
    m_add->setDefault(true); // a dialog notes it only of what is inside already
    connect(m_name, &QLineEdit::textChanged, this, &AddClientDialog::check);
    connect(m_redirects, &QPlainTextEdit::textChanged, this, &AddClientDialog::check);
    connect(m_add, &QPushButton::clicked, this, &AddClientDialog::add);
    check();
    m_name->setFocus();
}

QWidget *AddClientDialog::buildForm()
{
    auto *form = new QWidget;
    QVBoxLayout *column =
        stepColumn(form, tr("Add a client"),
                   tr("For a program that cannot register itself, or whose name you want to vouch "
                      "for. It still has to ask you before it gets anything."));
    m_name->setAccessibleName(tr("Name"));
    m_name->setPlaceholderText(tr("What you call the program"));
    m_redirects->setAccessibleName(tr("Redirect URIs"));
    m_redirects->setPlaceholderText(QStringLiteral("http://localhost/callback"));
    m_redirects->setFont(fonts::mono());
    m_redirects->setTabChangesFocus(true);
    m_redirects->setFixedHeight(m_redirects->fontMetrics().lineSpacing() * kRedirectLines +
                                2 * space::s);
    m_problem->setObjectName(QStringLiteral("problem"));
    m_problem->setWordWrap(true);
    m_problem->setForegroundRole(QPalette::BrightText);
    // Its place is kept, so that the dialog does not jump while somebody types.
    m_problem->setMinimumHeight(2 * m_problem->fontMetrics().lineSpacing());
    m_problem->setAlignment(Qt::AlignTop);

    column->addWidget(labels::strong(tr("Name")));
    column->addWidget(m_name);
    column->addSpacing(space::s);
    column->addWidget(labels::strong(tr("Redirect URIs")));
    column->addWidget(m_redirects);
    QLabel *hint = labels::small(tr("One a line, as the program's documentation gives them. On "
                                    "this computer the port may differ."));
    hint->setWordWrap(true);
    column->addWidget(hint);
    column->addWidget(m_problem);
    column->addWidget(m_confidential);

    QPushButton *cancel = makeButton(tr("Cancel"));
    cancel->setObjectName(QStringLiteral("cancel"));
    QHBoxLayout *buttons = buttonRow(column);
    buttons->addWidget(cancel);
    buttons->addWidget(m_add);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    return form;
}

Draft AddClientDialog::draft() const
{
    Draft draft{m_name->text().trimmed(), {}, m_confidential->isChecked()};
    for (const QString &line : m_redirects->toPlainText().split(QLatin1Char('\n'))) {
        const QString uri = line.trimmed();
        if (!uri.isEmpty() && !draft.redirectUris.contains(uri))
            draft.redirectUris << uri;
    }
    return draft;
}

void AddClientDialog::check()
{
    const Draft now = draft();
    QString problem;
    for (const QString &uri : now.redirectUris) {
        problem = oauth::personclient::problemOf(uri, m_ownPort);
        if (!problem.isEmpty()) {
            problem = tr("%1: %2", "redirect URI, what is wrong with it").arg(uri, problem);
            break;
        }
    }
    m_problem->setText(plaintext::line(problem));
    m_add->setEnabled(problem.isEmpty() && !now.name.isEmpty() && !now.redirectUris.isEmpty());
}

void AddClientDialog::add()
{
    m_add->setEnabled(false);
    whenDone(m_commands.ask(&service::Commands::addClient, draft()), this,
             [this](const Result<Added> &added) {
                 if (added) {
                     showAdded(*added);
                     return;
                 }
                 m_problem->setText(plaintext::line(added.error().text()));
                 m_add->setEnabled(true);
             });
}

void AddClientDialog::showAdded(const Added &added)
{
    auto *step = new QWidget;
    QVBoxLayout *column =
        stepColumn(step, tr("%1 was added").arg(m_name->text().trimmed()),
                   tr("Enter this in the program's settings. When it connects for the first time, "
                      "you are asked what it may do."));
    addValue(column, tr("Client ID"), added.id.value, tr("Copy the client ID"));
    if (!added.secret.isEmpty()) {
        addValue(column, tr("Client secret"), QString::fromLatin1(added.secret),
                 tr("Copy the client secret"));
        auto *once = new Banner(QStringLiteral("warning"), Tone::Warn);
        once->setObjectName(QStringLiteral("shownOnce"));
        once->setText(
            tr("The secret is shown this once. Flaredeck keeps only a hash of it; whoever "
               "loses it adds the client anew."));
        column->addWidget(once);
    }
    QPushButton *done = makeButton(tr("Done"), ButtonRole::Primary);
    buttonRow(column)->addWidget(done);
    connect(done, &QPushButton::clicked, this, &QDialog::accept);
    QWidget *form = m_steps->currentWidget();
    m_steps->addWidget(step);
    m_steps->setCurrentWidget(step);
    m_steps->removeWidget(form); // it is higher, and stays only for what was entered
    form->hide();
    done->setDefault(true);
    done->setFocus();
    adjustSize();
}

} // namespace flaredeck::ui
