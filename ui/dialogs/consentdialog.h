#pragma once

#include "core/prompt/prompter.h"

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace flaredeck::ui {

/// A client asks for access: who, on which program's word, which account, which scopes, how long.
/// Never takes a keystroke that was meant for something else: for the first 600 ms Allow is
/// disabled and keys do nothing. Closing it means no.
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
    void showEvent(QShowEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *buildHead(const ConsentRequest &request);
    QWidget *buildFacts(const ConsentRequest &request);
    QWidget *buildScopes(const ConsentRequest &request);
    QWidget *buildScope(const ConsentRequest &request, const QString &scope);
    QWidget *buildFoot();
    void fillAccounts(const ConsentRequest &request);
    void allow();
    void answer(const ConsentAnswer &answer);

    QString m_id;
    QLabel *m_position;
    QComboBox *m_account;
    QComboBox *m_lifetime;
    QPushButton *m_deny;
    QPushButton *m_allow;
    QList<QPair<QString, QCheckBox *>> m_scopes;
    QTimer m_guard;
    bool m_answered = false;
};

} // namespace flaredeck::ui
