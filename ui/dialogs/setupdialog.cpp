#include "ui/dialogs/setupdialog.h"

#include "core/base/plaintext.h"
#include "core/base/whendone.h"
#include "core/service/commands.h"
#include "ui/text/connecttext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/differenceview.h"
#include "ui/widgets/surface.h"
#include "ui/widgets/wrapping.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QDesktopServices>
#include <QHBoxLayout>
#include <QLabel>
#include <QRadioButton>
#include <QUrl>
#include <QVBoxLayout>

namespace flaredeck::ui {

using connect::Way;

namespace {

constexpr int kSetupWidth = 640;

} // namespace

/// For who would rather have the client change its file itself: a text in full, which can be
/// copied. Hidden without one.
class CopyRow : public QWidget
{
public:
    CopyRow(const QString &how, const QString &copyName, QPushButton *open = nullptr)
        : m_text(new WrappingLabel)
        , m_copy(new CopyButton(copyName))
    {
        m_text->setWordWrap(true);
        m_text->setTextFormat(Qt::PlainText);
        m_text->setFont(fonts::mono());
        m_text->setObjectName(how);
        auto *row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(space::s);
        row->addWidget(labels::small(how), 0, Qt::AlignTop);
        row->addWidget(m_text, 1);
        if (open)
            row->addWidget(open, 0, Qt::AlignTop);
        row->addWidget(m_copy, 0, Qt::AlignTop);
        hide();
    }

    void set(const QString &text)
    {
        m_text->setText(plaintext::line(text));
        m_copy->setCopied(text);
        setVisible(!text.isEmpty());
    }

private:
    WrappingLabel *m_text;
    CopyButton *m_copy;
};

SetupDialog::SetupDialog(service::CommandQueue &commands, connect::ClientSetup setup,
                         QWidget *parent)
    : QDialog(parent)
    , m_commands(commands)
    , m_setup(std::move(setup))
    , m_ways(new QButtonGroup(this))
    , m_hosted(new QCheckBox(
          surface::caption(tr("Also replace “%1”, which leads to Cloudflare's own server")
                               .arg(m_setup.hosted.join(QStringLiteral("”, “"))))))
    , m_where(labels::secondary())
    , m_difference(new DifferenceView(tr("What changes")))
    , m_replaces(labels::small())
    , m_problem(labels::body())
    , m_note(labels::body())
    , m_command(new CopyRow(tr("Or type:"), tr("Copy the command")))
    , m_open(makeButton(surface::caption(tr("Open in %1…").arg(m_setup.name))))
    , m_link(new CopyRow(tr("Or open:"), tr("Copy the link"), m_open))
    , m_write(makeButton(tr("Write it"), ButtonRole::Primary))
{
    setWindowTitle(tr("Connect %1").arg(m_setup.name));
    setFixedWidth(kSetupWidth);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::s);
    column->addWidget(labels::heading(tr("Connect %1").arg(m_setup.name)));
    addWays(column);
    m_hosted->setVisible(!m_setup.hosted.isEmpty());
    column->addWidget(m_hosted);
    for (QLabel *label : {m_where, m_replaces, m_problem, m_note})
        label->setWordWrap(true);
    column->addSpacing(space::xs);
    column->addWidget(m_where);
    column->addWidget(m_difference);
    column->addWidget(m_replaces);
    column->addWidget(m_note);
    column->addWidget(m_problem);
    column->addWidget(m_command);
    column->addWidget(m_link);
    QPushButton *cancel = makeButton(tr("Cancel"));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(space::s);
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_write);
    column->addStretch();
    column->addSpacing(space::s);
    column->addLayout(buttons);

    QObject::connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    QObject::connect(m_write, &QPushButton::clicked, this, &SetupDialog::write);
    QObject::connect(m_open, &QPushButton::clicked, this, &SetupDialog::openLink);
    const auto planAnew = [this] {
        say({});
        plan();
    };
    QObject::connect(m_hosted, &QCheckBox::toggled, this, planAnew);
    QObject::connect(m_ways, &QButtonGroup::idClicked, this, planAnew);
    m_write->setDefault(true);
    m_write->setFocus();
    say({});
    plan();
}

void SetupDialog::addWays(QVBoxLayout *column)
{
    const bool isConfigured = m_setup.state == connect::ClientSetup::State::Configured;
    const Way chosen = isConfigured ? m_setup.way : m_setup.ways.value(0);
    for (const Way way : m_setup.ways) {
        auto *choice = new QRadioButton(connecttext::way(way));
        choice->setAccessibleDescription(connecttext::wayMeans(way));
        choice->setChecked(way == chosen);
        clickByEnter(choice);
        m_ways->addButton(choice, int(way));
        QLabel *means = labels::small(connecttext::wayMeans(way));
        means->setWordWrap(true);
        means->setContentsMargins(24, 0, 0, 0);
        choice->setVisible(m_setup.ways.size() > 1);
        column->addWidget(choice);
        column->addWidget(means);
    }
}

service::SetupOrder SetupDialog::order() const
{
    return {m_setup.id, Way(m_ways->checkedId()), m_hosted->isChecked()};
}

void SetupDialog::plan()
{
    const int number = ++m_planned;
    whenDone(m_commands.ask(&service::Commands::planSetup, order()), this,
             [this, number](const Result<connect::SetupPlan> &plan) {
                 if (number == m_planned)
                     take(plan);
             });
}

void SetupDialog::take(const Result<connect::SetupPlan> &plan)
{
    m_plan = plan.value_or(connect::SetupPlan());
    const bool isChange = plan && !m_plan.changesNothing;
    if (!plan)
        say(plan.error().text());
    m_where->setText(plaintext::block(
        !plan                   ? QString()
        : m_plan.changesNothing ? tr("%1 leads here already; there is nothing to "
                                     "change.")
                                      .arg(connecttext::shortPath(m_plan.file))
        : m_plan.createsFile ? tr("%1 is made:").arg(connecttext::shortPath(m_plan.file))
                             : tr("In %1 this changes, and nothing else:")
                                   .arg(connecttext::shortPath(m_plan.file))));
    m_difference->setContent(isChange ? m_plan.difference.toUtf8() : QByteArray());
    m_difference->setVisible(isChange);
    QStringList lines;
    for (const QString &line : std::as_const(m_plan.replaces))
        lines << tr("Replaced: %1").arg(line);
    m_replaces->setText(plaintext::block(lines.join(QLatin1Char('\n'))));
    m_replaces->setVisible(!lines.isEmpty());
    m_note->setText(plaintext::block(m_plan.note));
    m_note->setVisible(!m_plan.note.isEmpty());
    m_command->set(isChange ? m_plan.command : QString());
    m_link->set(isChange ? m_plan.link : QString());
    m_write->setVisible(isChange);
    adjustSize();
}

void SetupDialog::write()
{
    whenDone(m_commands.ask(&service::Commands::writeSetup, order(), m_plan.token), this,
             [this](const Result<> &done) {
                 if (done) {
                     accept();
                     return;
                 }
                 say(done.error().text());
                 if (done.error().kind == Error::Kind::Cancelled)
                     plan(); // shows the file as it is now
             });
}

/// The client asks its person once more; whether it was agreed to is seen when it comes.
void SetupDialog::openLink()
{
    if (QDesktopServices::openUrl(QUrl(m_plan.link, QUrl::StrictMode)))
        say({});
    else
        say(tr("No program of this computer opens this link. Copy it, or write the change here."));
}

void SetupDialog::say(const QString &problem)
{
    m_problem->setText(plaintext::block(problem));
    m_problem->setVisible(!problem.isEmpty());
}

} // namespace flaredeck::ui
