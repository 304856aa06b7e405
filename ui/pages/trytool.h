#pragma once

#include "core/service/commands.h"
#include "core/service/snapshot.h"
#include "core/tools/definition.h"

#include <QElapsedTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace flaredeck::ui {

class CopyButton;
class PillLabel;
class SchemaForm;

/// A form for the arguments of a tool, and what a call of the signed-in person answers.
class TryTool : public QWidget
{
    Q_OBJECT

public:
    explicit TryTool(service::CommandQueue &commands, QWidget *parent = nullptr);

    /// The same tool keeps what was typed.
    void setTool(const tools::DefinitionPtr &tool);
    void setSnapshot(const service::Snapshot &snapshot);
    /// Fills the form, and runs it; what changes something asks first.
    void runWith(const Json &arguments, const QString &account);

private:
    void run();
    void start(const Json &arguments);
    void show(const Result<mcp::ToolResult> &result);
    void clearResult();
    /// Answers what can be copied of it.
    QString addContent(const mcp::Content &content);
    [[nodiscard]] QString account() const;

    service::CommandQueue &m_commands;
    tools::DefinitionPtr m_tool;
    QLabel *m_hint;
    SchemaForm *m_form;
    QWidget *m_accountRow;
    QComboBox *m_accounts;
    QPushButton *m_run;
    PillLabel *m_outcome;
    QLabel *m_took;
    CopyButton *m_copy;
    QWidget *m_result;
    QVBoxLayout *m_blocks;
    QElapsedTimer m_clock;
    bool m_isSignedIn = false;
    bool m_isRunning = false;
    int m_number = 0; ///< of the run whose result is wanted
};

} // namespace flaredeck::ui
