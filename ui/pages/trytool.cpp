#include "ui/pages/trytool.h"

#include "core/base/plaintext.h"
#include "core/base/whendone.h"
#include "core/tools/filling.h"
#include "ui/dialogs/confirm.h"
#include "ui/text/format.h"
#include "ui/text/tooltext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/jsonview.h"
#include "ui/widgets/schemaform.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPixmap>
#include <QVBoxLayout>

#include <algorithm>

namespace flaredeck::ui {

namespace {

constexpr qint64 kUsPerNs = 1000;

/// A picture that never makes the pane wider.
class Picture : public QLabel
{
public:
    explicit Picture(const QPixmap &pixmap)
        : m_pixmap(pixmap)
    {
        setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        setAccessibleName(TryTool::tr("Picture, %1 × %2").arg(pixmap.width()).arg(pixmap.height()));
    }
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override
    {
        const int shown = qMin(width, m_pixmap.width());
        return m_pixmap.width() > 0 ? shown * m_pixmap.height() / m_pixmap.width() : 0;
    }

protected:
    void resizeEvent(QResizeEvent *) override
    {
        setPixmap(m_pixmap.width() > width()
                      ? m_pixmap.scaledToWidth(width(), Qt::SmoothTransformation)
                      : m_pixmap);
    }

private:
    const QPixmap m_pixmap;
};

} // namespace

TryTool::TryTool(service::CommandQueue &commands, QWidget *parent)
    : QWidget(parent)
    , m_commands(commands)
    , m_hint(labels::small())
    , m_form(new SchemaForm)
    , m_accountRow(new QWidget)
    , m_accounts(new QComboBox)
    , m_run(makeButton(tr("Run"), ButtonRole::Primary))
    , m_outcome(new PillLabel)
    , m_took(labels::small())
    , m_copy(new CopyButton(tr("Copy the result")))
    , m_result(new QWidget)
    , m_blocks(new QVBoxLayout(m_result))
{
    m_hint->setWordWrap(true);
    m_accounts->setAccessibleName(tr("Account"));
    m_accounts->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_accounts->setMinimumContentsLength(8);
    auto *account = new QVBoxLayout(m_accountRow);
    account->setContentsMargins(0, 0, 0, 0);
    account->setSpacing(space::xs);
    account->addWidget(labels::small(tr("Account")));
    account->addWidget(m_accounts);
    m_run->setObjectName(QStringLiteral("run"));
    m_run->setAccessibleName(tr("Run the tool"));
    m_result->setObjectName(QStringLiteral("result"));
    m_blocks->setContentsMargins(0, 0, 0, 0);
    m_blocks->setSpacing(space::s);
    auto *foot = new QHBoxLayout;
    foot->setSpacing(space::s);
    foot->addWidget(m_run);
    foot->addWidget(m_outcome);
    foot->addWidget(m_took, 1);
    foot->addWidget(m_copy);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::m);
    column->addWidget(m_hint);
    column->addWidget(m_accountRow);
    column->addWidget(m_form);
    column->addLayout(foot);
    column->addWidget(m_result);
    connect(m_run, &QPushButton::clicked, this, &TryTool::run);
    clearResult();
}

void TryTool::setTool(const tools::DefinitionPtr &tool)
{
    if (m_tool == tool)
        return;
    m_tool = tool;
    m_form->setSchema(tool->tool.inputSchema);
    m_form->setVisible(!m_form->isEmpty());
    ++m_number; // an answer to another tool does not belong here
    m_isRunning = false;
    clearResult();
}

void TryTool::setSnapshot(const service::Snapshot &snapshot)
{
    const auto login =
        std::find_if(snapshot.logins.begin(), snapshot.logins.end(),
                     [](const store::Login &one) { return one.state == store::LoginState::Ok; });
    m_isSignedIn = login != snapshot.logins.end();
    const QList<AccountRef> accounts = m_isSignedIn ? login->accounts : QList<AccountRef>();
    const bool isOffered = m_tool && m_tool->needsAccount && accounts.size() > 1;
    m_accountRow->setVisible(isOffered);
    QStringList ids;
    for (int i = 0; i < m_accounts->count(); ++i)
        ids << m_accounts->itemData(i).toString();
    QStringList wanted;
    for (const AccountRef &one : accounts)
        wanted << one.id;
    if (ids != wanted) {
        m_accounts->clear();
        for (const AccountRef &one : accounts)
            m_accounts->addItem(plaintext::line(one.name), one.id);
    }
    m_hint->setText(m_isSignedIn ? tr("Runs as %1, whatever the rules for clients say.")
                                       .arg(plaintext::line(login->email))
                                 : tr("Sign in on the page Settings to run a tool."));
    m_run->setEnabled(m_isSignedIn && !m_isRunning);
}

QString TryTool::account() const
{
    return m_accountRow->isVisibleTo(this) ? m_accounts->currentData().toString() : QString();
}

void TryTool::runWith(const Json &arguments, const QString &account)
{
    m_form->setValues(arguments);
    const int index = m_accounts->findText(plaintext::line(account));
    if (!account.isEmpty() && index >= 0)
        m_accounts->setCurrentIndex(index);
    if (m_isSignedIn)
        run();
}

void TryTool::run()
{
    if (!m_tool || m_isRunning)
        return;
    const std::optional<Json> arguments = m_form->values();
    if (!arguments)
        return;
    const Effect effect = m_tool->effectOf(*arguments);
    if (effect == Effect::Reads || !m_tool->tool.annotations.openWorld)
        return start(*arguments);
    const bool destroys = effect == Effect::Destroys;
    const QString change =
        tools::filling::text(m_tool->change, *arguments, m_accounts->currentText());
    confirm(this,
            {.title = tr("Run %1?").arg(m_tool->tool.title),
             .text = change.isEmpty() ? tr("It changes something in your account.") : change,
             .effects = destroys ? QStringList{tr("That cannot be undone.")} : QStringList(),
             .action = tr("Run"),
             .takesAway = destroys},
            [this, tool = m_tool, given = *arguments] {
                if (m_tool == tool)
                    start(given);
            });
}

void TryTool::start(const Json &arguments)
{
    clearResult();
    m_isRunning = true;
    m_run->setEnabled(false);
    m_outcome->set(QStringLiteral("waiting"), tr("Running"), Tone::Neutral);
    m_outcome->show();
    m_clock.start();
    const auto answer =
        m_commands.ask(&service::Commands::tryTool, m_tool->tool.name, arguments, account());
    whenDone(answer, this, [this, number = ++m_number](const Result<mcp::ToolResult> &result) {
        if (number == m_number)
            show(result);
    });
}

void TryTool::clearResult()
{
    qDeleteAll(m_result->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly));
    m_result->hide();
    m_outcome->hide();
    m_copy->hide();
    m_took->clear();
}

void TryTool::show(const Result<mcp::ToolResult> &result)
{
    m_isRunning = false;
    m_run->setEnabled(m_isSignedIn);
    const bool isOk = result && !result->isError;
    m_outcome->set(isOk ? QStringLiteral("check") : QStringLiteral("warning"),
                   isOk ? tr("Done") : tr("Failed"), isOk ? Tone::Ok : Tone::Bad);
    m_took->setText(format::duration(m_clock.nsecsElapsed() / kUsPerNs));
    QList<mcp::Content> blocks;
    if (!result)
        blocks << mcp::Content::ofText(result.error().text());
    else if (result->structured)
        blocks << mcp::Content::ofText(QString::fromUtf8(json::print(*result->structured)));
    else
        blocks = result->content;
    QStringList copied;
    for (const mcp::Content &block : std::as_const(blocks))
        copied << addContent(block);
    copied.removeAll(QString());
    m_copy->setCopied(copied.join(QLatin1Char('\n')));
    m_copy->setVisible(!copied.isEmpty());
    m_result->show();
}

QString TryTool::addContent(const mcp::Content &content)
{
    using Kind = mcp::Content::Kind;
    if (content.kind == Kind::Image) {
        QPixmap pixmap;
        if (pixmap.loadFromData(content.data)) {
            m_blocks->addWidget(new Picture(pixmap));
            return {};
        }
    }
    const bool isText = content.kind == Kind::Text;
    const bool isResource = content.kind == Kind::Resource && !content.resource.blob;
    if (isText || isResource) {
        const QString &text = isText ? content.text : content.resource.text;
        auto *view = new JsonView(tr("Result"));
        view->setContent(text.toUtf8());
        m_blocks->addWidget(view);
        return text;
    }
    const QByteArray &bytes =
        content.kind == Kind::Resource ? *content.resource.blob : content.data;
    const QString &type =
        content.kind == Kind::Resource ? content.resource.mimeType : content.mimeType;
    m_blocks->addWidget(
        labels::small(tr("%1 of %2", "size, media type").arg(format::bytes(bytes.size()), type)));
    return {};
}

} // namespace flaredeck::ui
