#pragma once

#include "core/prompt/prompter.h"
#include "ui/dialogs/promptdialog.h"

class QCheckBox;
class QComboBox;
class QPushButton;

namespace flaredeck::ui {

class AccountList;
class ConsentFacts;
class PillLabel;
class ScopeChoice;

/// A client asks for access: who, on which program's word, which accounts, which scopes, how long.
/// Closing it means no.
class ConsentDialog : public PromptDialog
{
    Q_OBJECT

public:
    explicit ConsentDialog(const ConsentRequest &request, QWidget *parent = nullptr);

    void reject() override;

signals:
    /// Exactly once, unless the dialog is destroyed before.
    void answered(const flaredeck::ConsentAnswer &answer);

protected:
    void updateButtons() override;

private:
    QWidget *buildHead(const ConsentRequest &request);
    QWidget *buildOptions(const ConsentRequest &request);
    QWidget *buildFoot();
    void addAccounts(const ConsentRequest &request);
    void allow();
    void block();
    void answer(const ConsentAnswer &answer);

    ConsentFacts *m_facts;
    ScopeChoice *m_scopes;
    AccountList *m_accounts = nullptr; ///< null when there is nothing to choose from yet
    const QString m_name;              ///< of the client
    const ScopeSet m_endsIfBlocked;    ///< what the client holds
    PillLabel *m_problem;
    QComboBox *m_lifetime;
    QCheckBox *m_remember;
    QPushButton *m_block;
    QPushButton *m_deny;
    QPushButton *m_allow;
    bool m_answered = false;
};

} // namespace flaredeck::ui
