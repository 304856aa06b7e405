#pragma once

#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"

#include <QPointer>

class QPushButton;
class QVBoxLayout;

namespace flaredeck::ui {

/// Takes the place of a page's content while there is none.
class StatePanel : public Card
{
    Q_OBJECT

public:
    explicit StatePanel(QWidget *parent = nullptr);

    /// Makes the button a child, hidden until a message shows it.
    void addAction(QPushButton *action);
    /// `action` is one of the added buttons; null = none.
    void showMessage(const QString &icon, Tone tone, const QString &title, const QString &text,
                     QPushButton *action);
    void showSkeleton();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_icon;
    Tone m_tone = Tone::Neutral;
    bool m_skeleton = false;
    QLabel *m_title;
    QLabel *m_text;
    QVBoxLayout *m_column;
    QPointer<QPushButton> m_action;
};

} // namespace flaredeck::ui
