#include "ui/dialogs/addserverdialog.h"

#include "core/base/whendone.h"
#include "core/service/commands.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {

constexpr int kAddServerWidth = 520;
constexpr int kMostAddress = 2000;

} // namespace

AddServerDialog::AddServerDialog(service::CommandQueue &commands, QWidget *parent)
    : QDialog(parent)
    , m_commands(commands)
    , m_address(new QLineEdit)
    , m_title(new QLineEdit)
    , m_private(new QCheckBox(tr("It is on this computer or on my own network")))
    , m_problem(labels::small())
    , m_add(makeButton(tr("Add"), ButtonRole::Primary))
{
    setWindowTitle(tr("Add a server"));
    setFixedWidth(kAddServerWidth);
    m_address->setAccessibleName(tr("Address"));
    m_address->setPlaceholderText(QStringLiteral("https://mcp.example.com/mcp"));
    m_address->setFont(fonts::mono());
    m_address->setMaxLength(kMostAddress);
    m_title->setAccessibleName(tr("Name"));
    m_title->setPlaceholderText(tr("What you call it; may be left empty"));
    m_title->setMaxLength(60);
    m_private->setToolTip(tr("Otherwise only public addresses are connected to"));
    m_problem->setObjectName(QStringLiteral("problem"));
    m_problem->setWordWrap(true);
    m_problem->setForegroundRole(QPalette::BrightText);
    // Its place is kept, so that the dialog does not jump.
    m_problem->setMinimumHeight(3 * m_problem->fontMetrics().lineSpacing());
    m_problem->setAlignment(Qt::AlignTop);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::s);
    column->addWidget(labels::heading(tr("Add a server")));
    QLabel *words = labels::secondary(
        tr("A remote MCP server, by its address. If it wants a sign-in, you do that next. No "
           "client gets anything of it before you grant it."));
    words->setWordWrap(true);
    column->addWidget(words);
    column->addSpacing(space::s);
    column->addWidget(labels::strong(tr("Address")));
    column->addWidget(m_address);
    column->addWidget(labels::strong(tr("Name")));
    column->addWidget(m_title);
    column->addWidget(m_private);
    column->addWidget(m_problem);
    QPushButton *cancel = makeButton(tr("Cancel"));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(space::s);
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_add);
    column->addLayout(buttons);
    m_add->setDefault(true);

    connect(m_address, &QLineEdit::textChanged, this, &AddServerDialog::check);
    connect(m_add, &QPushButton::clicked, this, &AddServerDialog::add);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    check();
    m_address->setFocus();
}

void AddServerDialog::check()
{
    m_add->setEnabled(!m_isAsking && !m_address->text().trimmed().isEmpty());
    m_problem->clear();
}

void AddServerDialog::add()
{
    m_isAsking = true;
    check();
    m_problem->setText(tr("Asking the server…"));
    whenDone(m_commands.ask(&service::Commands::addServer, m_address->text(), m_title->text(),
                            m_private->isChecked()),
             this, [this](const Result<QString> &name) { finish(name); });
}

void AddServerDialog::finish(const Result<QString> &name)
{
    m_isAsking = false;
    check();
    if (!name) {
        m_problem->setText(name.error().text());
        m_address->setFocus();
        return;
    }
    emit added(*name);
    accept();
}

} // namespace flaredeck::ui
