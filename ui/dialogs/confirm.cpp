#include "ui/dialogs/confirm.h"

#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"

#include <QCoreApplication>
#include <QDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {

struct ConfirmTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::confirm)
};

constexpr int kConfirmWidth = 440;

QDialog *makeDialog(QWidget *parent, const QString &title, const QString &text,
                    const QStringList &effects, QHBoxLayout *buttons)
{
    auto *dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->setFixedWidth(kConfirmWidth);
    auto *column = new QVBoxLayout(dialog);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::s);
    QLabel *heading = labels::heading(title);
    heading->setWordWrap(true);
    column->addWidget(heading);
    QLabel *body = labels::body(text);
    body->setWordWrap(true);
    body->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(body);
    for (const QString &effect : effects) {
        QLabel *line = labels::secondary(QStringLiteral("•  ") + effect);
        line->setWordWrap(true);
        column->addWidget(line);
    }
    column->addSpacing(space::m);
    column->addLayout(buttons);
    return dialog;
}

} // namespace

void confirm(QWidget *parent, const Confirmation &confirmation,
             const std::function<void()> &confirmed)
{
    QPushButton *cancel = makeButton(ConfirmTexts::tr("Cancel"));
    QPushButton *action = makeButton(confirmation.action, ButtonRole::Danger);
    cancel->setObjectName(QStringLiteral("cancel"));
    action->setObjectName(QStringLiteral("confirm"));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(space::s);
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(action);
    QDialog *dialog =
        makeDialog(parent, confirmation.title, confirmation.text, confirmation.effects, buttons);
    QObject::connect(cancel, &QPushButton::clicked, dialog, &QDialog::reject);
    QObject::connect(action, &QPushButton::clicked, dialog, &QDialog::accept);
    QObject::connect(dialog, &QDialog::accepted, parent, confirmed);
    cancel->setDefault(true);
    cancel->setFocus();
    dialog->open();
}

void tellProblem(QWidget *parent, const QString &title, const QString &problem)
{
    QPushButton *close = makeButton(ConfirmTexts::tr("Close"));
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(close);
    QDialog *dialog = makeDialog(parent, title, problem, {}, buttons);
    QObject::connect(close, &QPushButton::clicked, dialog, &QDialog::accept);
    close->setDefault(true);
    close->setFocus();
    dialog->open();
}

} // namespace flaredeck::ui
