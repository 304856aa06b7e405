#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace flaredeck::login {

/// Takes the place of the page; shows what happened, why, and two buttons to go on.
class MessageScreen : public QWidget
{
    Q_OBJECT

public:
    explicit MessageScreen(QWidget *parent = nullptr);

    struct Content {
        QString title;
        QString text;
        QString primary;
        QString secondary;
    };
    void setContent(const Content &content);

signals:
    void primaryChosen();
    void secondaryChosen();

private:
    QLabel *m_icon;
    QLabel *m_title;
    QLabel *m_text;
    QPushButton *m_primary;
    QPushButton *m_secondary;
};

} // namespace flaredeck::login
