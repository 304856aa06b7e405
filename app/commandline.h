#pragma once

#include "core/base/result.h"

#include <QCommandLineOption>
#include <QCoreApplication>
#include <QList>
#include <QString>
#include <QStringList>

namespace flaredeck::app {

/// What the user asked for on the command line.
struct CommandLine {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::app::CommandLine)

public:
    enum class Program {
        Window, ///< flaredeck
        Core,   ///< flaredeck-core, which never has one
    };
    enum class Action { Run, ShowHelp, ShowVersion, VerifyAudit, ExportAudit, Command };

    Action action = Action::Run;
    bool sandbox = false;
    bool headless = false;
    bool hidden = false;
    bool autoApprove = false;
    bool newVaultKey = false;
    QString page;               ///< of the window, from a link "flaredeck:PAGE"
    int port = -1;              ///< -1 = as in Settings; 0 = any free
    QString dataDir;            ///< empty = the platform's default
    QStringList words;          ///< of a Command for the running app
    bool json = false;          ///< its answer for programs
    bool follows = false;       ///< with calls and logs: go on
    int count = 0;              ///< of their lines; 0 = as many as usual
    QString client;             ///< with tools: whose; empty = all
    bool prints = false;        ///< with connect: write nothing
    bool undoes = false;        ///< with connect: take the change back
    bool isSure = false;        ///< with connect: do not ask
    QStringList connectOptions; ///< of connect, as the app reads them
    QString exportFile;         ///< for ExportAudit; "-" = standard output

    /// `arguments` as QCoreApplication gives them, the program first. The error is for stderr.
    static Result<CommandLine> parse(const QStringList &arguments, Program program);
    static QString helpText(Program program);
    /// The table of options, which the help, the completions and the manual are made from.
    static QList<QCommandLineOption> options(Program program);
    static QString description();
};

} // namespace flaredeck::app
