#include "ui/dialogs/rulesimport.h"

#include "core/base/plaintext.h"
#include "core/service/rulefile.h"
#include "ui/dialogs/confirm.h"
#include "ui/text/tooltext.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileDialog>
#include <QSaveFile>

namespace flaredeck::ui {

using service::rulefile::Change;
using service::rulefile::Reading;

namespace {

struct ImportTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::rulesimport)
};

constexpr qint64 kMostBytes = 4LL * 1024 * 1024;

QString policyText(const std::optional<Policy> &policy)
{
    return policy ? tooltext::policy(*policy) : ImportTexts::tr("as usual");
}

QString lineOf(const Change &change)
{
    const QString subject = tooltext::subject(change.subject);
    const QString what =
        ImportTexts::tr("%1 → %2").arg(policyText(change.before), policyText(change.after));
    return change.client.isEmpty() ? ImportTexts::tr("%1: %2").arg(subject, what)
                                   : ImportTexts::tr("%1, for %2: %3")
                                         .arg(subject, plaintext::line(change.clientName), what);
}

QString textOf(const Reading &reading)
{
    QStringList sentences;
    sentences << (reading.changes.isEmpty() ? ImportTexts::tr("All of its rules hold already.")
                  : reading.changes.size() == 1
                      ? ImportTexts::tr("One rule changes:")
                      : ImportTexts::tr("%1 rules change:").arg(reading.changes.size()));
    if (!reading.strangers.isEmpty())
        sentences.prepend(ImportTexts::tr("Left out are the rules of clients that are not known "
                                          "here: %1.")
                              .arg(reading.strangers.join(QStringLiteral(", "))));
    if (!reading.unknown.isEmpty())
        sentences.prepend(ImportTexts::tr("Left out is what this version does not know: %1.")
                              .arg(reading.unknown.join(QStringLiteral(", "))));
    return sentences.join(QLatin1Char(' '));
}

void carryOut(QWidget *parent, service::CommandQueue &commands, const QList<Change> &changes)
{
    // In one visit to the core, so that clients are told once that their lists have changed.
    const auto apply = [changes](service::Commands &core) -> Result<> {
        for (const Change &change : changes) {
            if (const Result<> done = core.setRule(change.client, change.subject, change.after);
                !done)
                return done;
        }
        return {};
    };
    tellFailure(commands.ask(apply), parent, ImportTexts::tr("Not all rules were saved"));
}

} // namespace

void rulesimport::exportRules(QWidget *parent, const service::Snapshot &snapshot)
{
    auto *dialog = new QFileDialog(parent, ImportTexts::tr("Export rules"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilter(ImportTexts::tr("Rules (*.json)"));
    dialog->setDefaultSuffix(QStringLiteral("json"));
    dialog->selectFile(QStringLiteral("flaredeck-rules.json"));
    QObject::connect(
        dialog, &QFileDialog::fileSelected, parent,
        [parent, snapshot](const QString &file) { exportFile(parent, snapshot, file); });
    dialog->open();
}

void rulesimport::exportFile(QWidget *parent, const service::Snapshot &snapshot,
                             const QString &file)
{
    QSaveFile target(file);
    const QByteArray text = service::rulefile::write(snapshot);
    if (!target.open(QIODevice::WriteOnly) || target.write(text) != text.size() || !target.commit())
        tellProblem(parent, ImportTexts::tr("The rules were not exported"),
                    ImportTexts::tr("%1: %2. Choose another place.")
                        .arg(plaintext::line(file), target.errorString()));
}

void rulesimport::importRules(QWidget *parent, service::CommandQueue &commands,
                              const service::SnapshotPtr &snapshot)
{
    auto *dialog = new QFileDialog(parent, ImportTexts::tr("Import rules"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilter(ImportTexts::tr("Rules (*.json)"));
    QObject::connect(dialog, &QFileDialog::fileSelected, parent,
                     [parent, &commands, snapshot](const QString &file) {
                         importFile(parent, commands, snapshot, file);
                     });
    dialog->open();
}

void rulesimport::importFile(QWidget *parent, service::CommandQueue &commands,
                             const service::SnapshotPtr &snapshot, const QString &file)
{
    const QString title = ImportTexts::tr("The rules were not imported");
    QFile source(file);
    if (!source.open(QIODevice::ReadOnly)) {
        tellProblem(parent, title,
                    ImportTexts::tr("%1: %2. Choose another file.")
                        .arg(plaintext::line(file), source.errorString()));
        return;
    }
    const Result<Reading> reading = service::rulefile::read(source.read(kMostBytes), *snapshot);
    if (!reading) {
        tellProblem(parent, title, reading.error().text());
        return;
    }
    Confirmation question{.title = ImportTexts::tr("Import rules?"),
                          .text = textOf(*reading),
                          .action = ImportTexts::tr("Import"),
                          .takesAway = false,
                          .showsAll = true};
    for (const Change &change : reading->changes)
        question.effects << lineOf(change);
    if (!reading->absent.isEmpty())
        question.options << Confirmation::Option{
            reading->absent.size() == 1
                ? ImportTexts::tr("Also remove the rule that the file does not have")
                : ImportTexts::tr("Also remove the %1 rules that the file does not have")
                      .arg(reading->absent.size()),
            reading->absent.size() == 1 ? lineOf(reading->absent.first()) : QString(), false};
    if (question.effects.isEmpty() && question.options.isEmpty()) {
        tellProblem(parent, ImportTexts::tr("Nothing to import"), textOf(*reading));
        return;
    }
    confirm(parent, question, [parent, &commands, reading = *reading](const QList<bool> &ticked) {
        QList<Change> changes = reading.changes;
        if (ticked.value(0))
            changes << reading.absent;
        if (!changes.isEmpty())
            carryOut(parent, commands, changes);
    });
}

} // namespace flaredeck::ui
