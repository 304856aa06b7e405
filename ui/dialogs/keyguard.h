#pragma once

#include <QObject>
#include <QTimer>

class QKeyEvent;
class QWidget;

namespace flaredeck::ui {

/// Keeps a window that comes up by itself from being answered by somebody who goes on typing. Keys
/// do nothing until none was pressed for a moment while the window was active, and a letter that no
/// control waits for begins that moment anew: whoever pauses in a sentence has not read the window.
class KeyGuard : public QObject
{
    Q_OBJECT

public:
    static constexpr int kQuietMs = 600;

    explicit KeyGuard(QWidget *window);

    /// Keys are taken for answers.
    [[nodiscard]] bool isArmed() const { return m_armed; }

signals:
    void changed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void setArmed(bool armed);
    [[nodiscard]] bool swallows(const QWidget &focused, const QKeyEvent &key);

    QWidget *m_window;
    QTimer m_quiet;
    bool m_armed = false;
};

} // namespace flaredeck::ui
