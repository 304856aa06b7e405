#include "ui/dialogs/connectdialog.h"

#include "core/service/snapshot.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/elidedlabel.h"

#include <QCoreApplication>
#include <QDialog>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {

struct ConnectTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::showConnectDialog)
};

struct Recipe {
    QString name;
    QString where; ///< what to do with the text
    QString text;
};

/// An entry of mcpServers.
QString bridgeEntry(const QStringList &bridge)
{
    QJsonObject entry{{QStringLiteral("command"), bridge.first()}};
    if (bridge.size() > 1)
        entry.insert(QStringLiteral("args"), QJsonArray::fromStringList(bridge.mid(1)));
    return QStringLiteral("\"flaredeck\": ") +
           QString::fromUtf8(QJsonDocument(entry).toJson(QJsonDocument::Compact));
}

QList<Recipe> recipes(const service::ServerView &server)
{
    QList<Recipe> found{
        {ConnectTexts::tr("Any client"), ConnectTexts::tr("Streamable HTTP address"),
         server.mcpUrl},
        {ConnectTexts::tr("Older clients"), ConnectTexts::tr("HTTP+SSE address (legacy)"),
         server.sseUrl},
        {QStringLiteral("Claude Code"), ConnectTexts::tr("Run in a terminal"),
         QStringLiteral("claude mcp add --transport http flaredeck %1").arg(server.mcpUrl)},
        {QStringLiteral("VS Code"), ConnectTexts::tr("Run in a terminal"),
         QStringLiteral(R"(code --add-mcp '{"name":"flaredeck","type":"http","url":"%1"}')")
             .arg(server.mcpUrl)},
        {QStringLiteral("Cursor"), ConnectTexts::tr("Add to mcpServers in ~/.cursor/mcp.json"),
         QStringLiteral(R"("flaredeck": { "url": "%1" })").arg(server.mcpUrl)},
    };
    if (!server.bridge.isEmpty())
        found << Recipe{QStringLiteral("Claude Desktop"),
                        ConnectTexts::tr("Add to mcpServers in claude_desktop_config.json"),
                        bridgeEntry(server.bridge)};
    return found;
}

QWidget *recipeRow(const Recipe &recipe)
{
    auto *row = new QWidget;
    auto *text = new ElidedLabel(recipe.text);
    text->setFont(fonts::mono());
    auto *copy = new CopyButton(ConnectTexts::tr("Copy for %1").arg(recipe.name));
    copy->setCopied(recipe.text);

    auto *heading = new QHBoxLayout;
    heading->setSpacing(space::s);
    heading->addWidget(labels::strong(recipe.name));
    heading->addWidget(labels::small(recipe.where));
    heading->addStretch();
    auto *texts = new QVBoxLayout;
    texts->setSpacing(3);
    texts->addLayout(heading);
    texts->addWidget(text);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::m);
    layout->addLayout(texts, 1);
    layout->addWidget(copy);
    return row;
}

} // namespace

void showConnectDialog(QWidget *parent, const service::Snapshot &snapshot)
{
    auto *dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(ConnectTexts::tr("Connect a client"));
    dialog->setFixedWidth(560);
    auto *column = new QVBoxLayout(dialog);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::s);
    column->addWidget(labels::heading(ConnectTexts::tr("Connect a client")));
    QLabel *how = labels::secondary(ConnectTexts::tr(
        "Give the client this server's address, or the command of the bridge. This app then asks "
        "you what it may do."));
    how->setWordWrap(true);
    column->addWidget(how);
    for (const Recipe &recipe : recipes(snapshot.server)) {
        column->addWidget(new Hairline);
        column->addWidget(recipeRow(recipe));
    }
    QPushButton *close = makeButton(ConnectTexts::tr("Close"));
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(close);
    column->addSpacing(space::xs);
    column->addLayout(buttons);
    QObject::connect(close, &QPushButton::clicked, dialog, &QDialog::accept);
    close->setDefault(true);
    dialog->open();
}

} // namespace flaredeck::ui
