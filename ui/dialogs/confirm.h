#pragma once

#include "core/base/result.h"
#include "core/base/whendone.h"

#include <QList>
#include <QStringList>

#include <functional>

class QDialog;
class QWidget;

namespace flaredeck::ui {

/// What a person is asked before something is taken away, or changed elsewhere.
struct Confirmation {
    QString title;            ///< "Forget Cursor?"
    QString text;             ///< what happens
    QStringList effects = {}; ///< what stops working, a line each
    QString action;           ///< "Forget"

    /// What can be done along with it.
    struct Option {
        QString text;
        QString note; ///< below it; may be empty
        bool ticked = false;
    };
    QList<Option> options = {};
    bool takesAway = true; ///< the action's button is red
    bool showsAll = false; ///< however many effects there are; they scroll
};

/// Asks without blocking: `confirmed` runs when the person says yes. Cancel has the focus.
void confirm(QWidget *parent, const Confirmation &confirmation,
             const std::function<void()> &confirmed);
/// The same with options: `confirmed` gets which of them are ticked, in their order.
void confirm(QWidget *parent, const Confirmation &confirmation,
             const std::function<void(const QList<bool> &ticked)> &confirmed);

/// Says what failed and what to do; the dialog that does is on the screen already.
QDialog *tellProblem(QWidget *parent, const QString &title, const QString &problem);

/// Says so when a command is not carried out.
template <typename Value>
void tellFailure(const QFuture<Result<Value>> &answer, QWidget *parent, const QString &title)
{
    whenDone(answer, parent, [parent, title](const Result<Value> &done) {
        if (!done)
            tellProblem(parent, title, done.error().text());
    });
}

} // namespace flaredeck::ui
