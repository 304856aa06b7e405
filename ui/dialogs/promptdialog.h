#pragma once

#include "ui/dialogs/keyguard.h"

#include <QDialog>

class QLabel;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace flaredeck::ui {

class Hairline;

/// A question whose yes gives something away. Never takes a keystroke that was meant for something
/// else: KeyGuard swallows keys, and what says yes is disabled meanwhile. At first the headline has
/// the focus. What is asked scrolls when the screen is small; the buttons below it always stay.
class PromptDialog : public QDialog
{
    Q_OBJECT

public:
    static constexpr int kGuardMs = KeyGuard::kQuietMs;

    [[nodiscard]] const QString &requestId() const { return m_id; }
    /// "1 of 3"; shown from two on.
    void setPosition(int number, int of);

protected:
    PromptDialog(QString id, QWidget *parent);

    /// The dialog's column; a sandbox says so at its top.
    QVBoxLayout *makeColumn(bool sandbox);
    /// Who asks for what: a tile for the name, the headline, and something below it.
    QWidget *makeHead(const QString &name, const QString &headline, QLayout *below);
    /// Below the column. `careful` is what Enter does where nothing else has the focus.
    void setFoot(QWidget *foot, QPushButton *careful);
    [[nodiscard]] bool isArmed() const { return m_guard.isArmed(); }
    /// isArmed() has changed.
    virtual void updateButtons() = 0;

    void showEvent(QShowEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fit();

    const QString m_id;
    QLabel *m_position;
    QLabel *m_headline = nullptr;
    QScrollArea *m_scroll;
    Hairline *m_line; ///< below what scrolls
    KeyGuard m_guard;
};

} // namespace flaredeck::ui
