#pragma once

#include "ui/theme/tokens.h"

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace flaredeck::ui {

/// One sentence above the pages, with buttons for what can be done about it.
class Banner : public QFrame
{
    Q_OBJECT

public:
    Banner(QString icon, Tone tone, QWidget *parent = nullptr);

    void setText(const QString &text);
    [[nodiscard]] QString text() const;
    QPushButton *addAction(const QString &text);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_icon;
    Tone m_tone;
    QLabel *m_label;
    QHBoxLayout *m_row;
};

} // namespace flaredeck::ui
