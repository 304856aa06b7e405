#pragma once

#include <QDialog>
#include <QTimer>

class QLabel;
class QVBoxLayout;

namespace flaredeck::ui {

/// A question whose yes gives something away. Never takes a keystroke that was meant for something
/// else: for the first 600 ms after each time that it becomes the active window, keys do nothing
/// and what says yes is disabled.
class PromptDialog : public QDialog
{
    Q_OBJECT

public:
    static constexpr int kGuardMs = 600;

    [[nodiscard]] const QString &requestId() const { return m_id; }
    /// "1 of 3"; shown from two on.
    void setPosition(int number, int of);

protected:
    PromptDialog(QString id, QWidget *parent);

    /// The dialog's column; a sandbox says so at its top.
    QVBoxLayout *makeColumn(bool sandbox);
    /// Who asks for what: a tile for the name, the headline, and something below it.
    QWidget *makeHead(const QString &name, const QString &headline, QLayout *below);
    /// To be called when all widgets are there.
    void guardKeys();
    [[nodiscard]] bool isArmed() const { return m_armed; }
    /// isArmed() has changed.
    virtual void updateButtons() = 0;

    bool event(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    const QString m_id;
    QLabel *m_position;
    QTimer m_guard;
    bool m_armed = false; ///< the guard has run out
};

} // namespace flaredeck::ui
