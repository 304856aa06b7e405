#pragma once

#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;

namespace flaredeck::login {

/// One sentence above the page with up to two buttons. Stays until one is pressed or another notice
/// replaces it.
class NoticeBar : public QFrame
{
    Q_OBJECT

public:
    explicit NoticeBar(QWidget *parent = nullptr);

    struct Action {
        QString text;
        std::function<void()> run;
    };
    /// `second` may have no text. The bar hides before an action runs.
    void ask(const QString &sentence, Action first, Action second);
    void showSentence(const QString &sentence);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void choose(const Action &action);

    QLabel *m_sentence;
    QPushButton *m_firstButton;
    QPushButton *m_secondButton;
    Action m_first;
    Action m_second;
};

} // namespace flaredeck::login
