#include "ui/dialogs/consentfacts.h"

#include "core/base/plaintext.h"
#include "ui/text/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/card.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/surface.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {

constexpr int kNameColumn = 120;

/// A path and what we make of it.
QWidget *pathLine(const QString &path, PillLabel *verdict,
                  const QString &name = QStringLiteral("program"))
{
    auto *label = new ElidedLabel(path);
    label->setFont(fonts::mono());
    label->setObjectName(name);
    label->setUnfolds();
    label->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    auto *line = new QWidget;
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::s);
    row->addWidget(label, 1);
    row->addWidget(verdict);
    row->addStretch();
    return line;
}

QLabel *quietLine(const QString &text, const QString &name)
{
    QLabel *label = labels::small(text);
    label->setObjectName(name);
    label->setWordWrap(true);
    return label;
}

QString processWords(const ConsentRequest &request)
{
    QString words = ConsentFacts::tr("pid %1").arg(request.programPid);
    if (!request.programParent.isEmpty())
        words = ConsentFacts::tr("%1, started by %2").arg(words, request.programParent);
    if (request.hasChangedProgram())
        words = ConsentFacts::tr("%1. The client was registered by %2")
                    .arg(words, request.registeredBy);
    if (request.programRunsScripts)
        words = ConsentFacts::tr("%1. It runs scripts: another script of it can look the same")
                    .arg(words);
    return words;
}

} // namespace

ConsentFacts::ConsentFacts(const ConsentRequest &request, QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(space::l);
    m_grid->setVerticalSpacing(space::s);
    m_grid->setColumnMinimumWidth(0, kNameColumn);
    m_grid->setColumnStretch(1, 1);

    addProgram(request);
    addAsker(request);
    addName(request);
    if (!request.publishedAt.isEmpty())
        addPublisher(request);
    addHistory(request);
    addTarget(request);
}

void ConsentFacts::add(const QString &name, QWidget *value)
{
    const int row = m_grid->rowCount();
    m_grid->addWidget(labels::secondary(name), row, 0, Qt::AlignTop);
    m_grid->addWidget(value, row, 1);
}

QString ConsentFacts::displayName(const ConsentRequest &request)
{
    return request.clientName.isEmpty() ? tr("A client without a name") : request.clientName;
}

void ConsentFacts::addName(const ConsentRequest &request)
{
    auto *claim = new QWidget;
    auto *words = new QHBoxLayout(claim);
    words->setContentsMargins(0, 0, 0, 0);
    words->setSpacing(space::s);
    auto *name =
        new ElidedLabel(tr("“%1”").arg(plaintext::inQuotes(displayName(request))), Qt::ElideRight);
    name->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    auto *origin = labels::secondary(request.addedByPerson ? tr("(added by you)")
                                     : request.isFileName  ? tr("(the name of its file)")
                                                           : tr("(its own words, not checked)"));
    origin->setObjectName(QStringLiteral("nameOrigin"));
    words->addWidget(name, 1);
    words->addWidget(origin);
    words->addStretch();
    add(request.addedByPerson || request.isFileName ? tr("Client") : tr("Calls itself"), claim);
}

void ConsentFacts::addTarget(const ConsentRequest &request)
{
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto *target = labels::body(request.redirectTarget);
    target->setObjectName(QStringLiteral("redirectTarget"));
    target->setWordWrap(true);
    column->addWidget(target);
    if (!request.redirectAddress.isEmpty()) {
        auto *address = new ElidedLabel(request.redirectAddress);
        address->setFont(fonts::mono());
        address->setUnfolds();
        address->setObjectName(QStringLiteral("redirectAddress"));
        column->addWidget(address);
    }
    add(tr("Answer goes to"), box);
}

void ConsentFacts::addProgram(const ConsentRequest &request)
{
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto *verdict = new PillLabel;
    if (request.programPid > 0) {
        if (request.hasChangedProgram())
            verdict->set(QStringLiteral("warning"), tr("not the one that registered"), Tone::Warn);
        else
            verdict->set(QStringLiteral("check"), tr("found on this computer"), Tone::Ok);
        QWidget *path =
            pathLine(request.program.isEmpty() ? tr("unknown program") : request.program, verdict);
        path->setToolTip(surface::toolTip(plaintext::line(request.programArguments)));
        column->addWidget(path);
        column->addWidget(quietLine(processWords(request), QStringLiteral("process")));
    } else if (!request.registeredBy.isEmpty()) {
        verdict->set(QStringLiteral("info"), tr("not running now"), Tone::Neutral);
        column->addWidget(pathLine(request.registeredBy, verdict));
        column->addWidget(
            quietLine(tr("It registered the client. Nobody listens for the answer yet."),
                      QStringLiteral("process")));
    } else {
        verdict->set(QStringLiteral("warning"), tr("not found"), Tone::Warn);
        column->addWidget(pathLine(tr("unknown"), verdict));
    }
    add(tr("Program"), box);
}

void ConsentFacts::addAsker(const ConsentRequest &request)
{
    using Asker = ConsentRequest::Asker;
    if (request.askerKind == Asker::Client)
        return; // the program above, or one that it started
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto *verdict = new PillLabel;
    if (request.askerKind == Asker::Browser)
        verdict->set(QStringLiteral("check"), tr("web browser"), Tone::Ok);
    else
        verdict->set(QStringLiteral("warning"), tr("not your browser"), Tone::Warn);
    column->addWidget(pathLine(request.asker.isEmpty() ? tr("unknown program") : request.asker,
                               verdict, QStringLiteral("askerPath")));
    QStringList words;
    if (request.askerPid > 0)
        words << (request.askerParent.isEmpty()
                      ? tr("pid %1").arg(request.askerPid)
                      : tr("pid %1, started by %2")
                            .arg(QString::number(request.askerPid), request.askerParent));
    if (request.askerKind != Asker::Browser)
        words << (request.answersAsker
                      ? tr("It gets the answer. Deny this unless you started it.")
                      : tr("It asks in the name of the client. Deny this unless you started it."));
    if (!words.isEmpty())
        column->addWidget(quietLine(words.join(tr(". ")), QStringLiteral("asker")));
    add(tr("Asked by"), box);
}

void ConsentFacts::addPublisher(const ConsentRequest &request)
{
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto *verdict = new PillLabel;
    QString words;
    // The site decides where answers go, but on this computer any program can wait for them there.
    if (request.leavesComputer) {
        verdict->set(QStringLiteral("check"), tr("checked"), Tone::Ok);
        words =
            tr("This web site describes the client and names the address that gets the answer.");
    } else {
        verdict->set(QStringLiteral("info"), tr("its maker, as it says"), Tone::Neutral);
        words = tr("This web site describes the client. A program on this computer can claim "
                   "to be it.");
    }
    column->addWidget(pathLine(request.publishedAt, verdict));
    column->addWidget(quietLine(words, QStringLiteral("publisher")));
    add(tr("Described at"), box);
}

void ConsentFacts::addHistory(const ConsentRequest &request)
{
    const QString seen = format::moment(request.firstSeen, format::now());
    QStringList words{request.addedByPerson           ? tr("%1, added by you").arg(seen)
                      : request.publishedAt.isEmpty() ? tr("%1, registered by itself").arg(seen)
                                                      : seen};
    if (request.lastUsed > 0)
        words << tr("last used %1").arg(format::ago(request.lastUsed, format::now()));
    if (request.earlierApprovals == 0)
        words << tr("never allowed before");
    else if (request.earlierApprovals == 1)
        words << tr("allowed once before");
    else
        words << tr("allowed %1 times before").arg(request.earlierApprovals);
    auto *label = labels::body(words.join(tr(" · ")));
    label->setObjectName(QStringLiteral("history"));
    label->setWordWrap(true);
    add(tr("First seen"), label);
}

} // namespace flaredeck::ui
