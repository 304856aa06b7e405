#pragma once

#include "core/service/localverbs.h"

#include <QCommandLineOption>
#include <QList>
#include <QString>

/// What the completions and the manual are made from: the tables of the programs themselves.
namespace flaredeck::shellfiles {

struct Program {
    QString name;
    QString purpose; ///< one sentence
    QList<QCommandLineOption> options;
    bool hasVerbs = false; ///< service::localVerbs()
};

[[nodiscard]] QList<Program> programs();
/// As it is typed: "--data-dir", "-n".
[[nodiscard]] QString dashed(const QString &name);
/// The first words of the verbs, each once.
[[nodiscard]] QStringList firstWords();
/// The second words behind one.
[[nodiscard]] QStringList secondWords(const QString &first);

[[nodiscard]] QString bashCompletion(const Program &program);
[[nodiscard]] QString zshCompletion(const Program &program);
[[nodiscard]] QString fishCompletion(const Program &program);
/// Section 1, for man(7).
[[nodiscard]] QString manual(const Program &program);

} // namespace flaredeck::shellfiles
