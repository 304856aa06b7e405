#pragma once

#include "core/prompt/prompter.h"

#include <QDialog>
#include <QTimer>

class QComboBox;
class QLabel;
class QPushButton;

namespace flaredeck::ui {

class AccountList;
class ConsentFacts;
class PillLabel;
class ScopeChoice;

/// A client asks for access: who, on which program's word, which accounts, which scopes, how long.
/// Never takes a keystroke that was meant for something else: for the first 600 ms after each time
/// that it becomes the active window, Allow is disabled and keys do nothing. Closing it means no.
class ConsentDialog : public QDialog
{
    Q_OBJECT

public:
    static constexpr int kGuardMs = 600;

    explicit ConsentDialog(const ConsentRequest &request, QWidget *parent = nullptr);

    [[nodiscard]] const QString &requestId() const { return m_id; }
    /// "1 of 3"; shown from two on.
    void setPosition(int number, int of);

    void reject() override;

signals:
    /// Exactly once, unless the dialog is destroyed before.
    void answered(const flaredeck::ConsentAnswer &answer);

protected:
    bool event(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *buildHead(const ConsentRequest &request);
    QWidget *buildFoot();
    void addAccounts(const ConsentRequest &request);
    void updateAllow();
    void allow();
    void answer(const ConsentAnswer &answer);

    QString m_id;
    QLabel *m_position;
    ConsentFacts *m_facts;
    ScopeChoice *m_scopes;
    AccountList *m_accounts = nullptr; ///< null when there is nothing to choose from yet
    PillLabel *m_problem;
    QComboBox *m_lifetime;
    QPushButton *m_deny;
    QPushButton *m_allow;
    QTimer m_guard;
    bool m_armed = false; ///< the guard has run out
    bool m_answered = false;
};

} // namespace flaredeck::ui
