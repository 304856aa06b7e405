#include "ui/dialogs/confirm.h"

#include "core/base/plaintext.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/surface.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <QDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QScreen>
#include <QScrollArea>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {

struct ConfirmTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::confirm)
};

constexpr int kConfirmWidth = 440;
constexpr int kAllElse = 400; ///< on the screen beside the effects
constexpr int kLeastEffects = 60;
constexpr int kNoteIndent = 24; ///< below the text of a check box
/// More would make the dialog higher than the window.
constexpr qsizetype kMostEffects = 12;

QStringList shortened(const QStringList &effects)
{
    if (effects.size() <= kMostEffects)
        return effects;
    QStringList few = effects.first(kMostEffects - 1);
    few << ConfirmTexts::tr("and %1 more").arg(effects.size() - few.size());
    return few;
}

/// As high as they are; on a small screen they scroll, so that the buttons stay on it.
QWidget *makeEffects(const QStringList &effects, int screenHeight)
{
    auto *list = new QWidget;
    auto *column = new QVBoxLayout(list);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    for (const QString &effect : effects) {
        QLabel *line = labels::secondary(QStringLiteral("•  ") + effect);
        line->setWordWrap(true);
        column->addWidget(line);
    }
    auto *scroll = new QScrollArea;
    scroll->setAccessibleName(ConfirmTexts::tr("What happens"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(list);
    list->setAutoFillBackground(false);
    const int height = column->totalHeightForWidth(kConfirmWidth - 2 * space::xl);
    const int most = qMax(kLeastEffects, screenHeight - kAllElse);
    scroll->setFixedHeight(qMin(height, most));
    scroll->setFocusPolicy(height > most ? Qt::TabFocus : Qt::NoFocus); // arrows scroll it
    return scroll;
}

QDialog *makeDialog(QWidget *parent, const QString &title, const QString &text,
                    const QStringList &effects, QLayout *options, QHBoxLayout *buttons)
{
    auto *dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(surface::windowTitle(title));
    dialog->setFixedWidth(kConfirmWidth);
    auto *column = new QVBoxLayout(dialog);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::s);
    QLabel *heading = labels::heading(title);
    heading->setWordWrap(true);
    column->addWidget(heading);
    QLabel *body = labels::body();
    body->setText(plaintext::block(text));
    body->setWordWrap(true);
    body->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(body);
    if (!effects.isEmpty())
        column->addWidget(makeEffects(effects, dialog->screen()->availableGeometry().height()));
    if (options) {
        column->addSpacing(space::s);
        column->addLayout(options);
    }
    column->addSpacing(space::m);
    column->addLayout(buttons);
    return dialog;
}

} // namespace

void confirm(QWidget *parent, const Confirmation &confirmation,
             const std::function<void()> &confirmed)
{
    confirm(parent, confirmation, [confirmed](const QList<bool> &) { confirmed(); });
}

void confirm(QWidget *parent, const Confirmation &confirmation,
             const std::function<void(const QList<bool> &ticked)> &confirmed)
{
    QList<QCheckBox *> boxes;
    auto *options = confirmation.options.isEmpty() ? nullptr : new QVBoxLayout;
    for (const Confirmation::Option &option : confirmation.options) {
        auto *box = new QCheckBox(surface::caption(option.text));
        box->setChecked(option.ticked);
        box->setAccessibleDescription(plaintext::line(option.note));
        boxes << box;
        options->addWidget(box);
        if (option.note.isEmpty())
            continue;
        QLabel *note = labels::small(option.note);
        note->setWordWrap(true);
        note->setIndent(kNoteIndent);
        options->addWidget(note);
    }
    QPushButton *cancel = makeButton(ConfirmTexts::tr("Cancel"));
    QPushButton *action = makeButton(
        confirmation.action, confirmation.takesAway ? ButtonRole::Danger : ButtonRole::Primary);
    cancel->setObjectName(QStringLiteral("cancel"));
    action->setObjectName(QStringLiteral("confirm"));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(space::s);
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(action);
    QDialog *dialog =
        makeDialog(parent, confirmation.title, confirmation.text,
                   confirmation.showsAll ? confirmation.effects : shortened(confirmation.effects),
                   options, buttons);
    QObject::connect(cancel, &QPushButton::clicked, dialog, &QDialog::reject);
    QObject::connect(action, &QPushButton::clicked, dialog, &QDialog::accept);
    QObject::connect(dialog, &QDialog::accepted, parent, [boxes, confirmed] {
        QList<bool> ticked;
        for (const QCheckBox *box : boxes)
            ticked << box->isChecked();
        confirmed(ticked);
    });
    cancel->setDefault(true);
    cancel->setFocus();
    dialog->open();
}

QDialog *tellProblem(QWidget *parent, const QString &title, const QString &problem)
{
    QPushButton *close = makeButton(ConfirmTexts::tr("Close"));
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(close);
    QDialog *dialog = makeDialog(parent, title, problem, {}, nullptr, buttons);
    QObject::connect(close, &QPushButton::clicked, dialog, &QDialog::accept);
    close->setDefault(true);
    close->setFocus();
    dialog->open();
    return dialog;
}

} // namespace flaredeck::ui
