#pragma once

#include "core/store/values.h"
#include "ui/widgets/masterdetail.h"

class QLabel;
class QMenu;
class QPushButton;

namespace flaredeck::ui {

class CopyButton;
class JsonView;

/// One call in full: arguments, result, requests to the provider, and the error.
class CallDetail : public DetailPane
{
    Q_OBJECT

public:
    explicit CallDetail(QWidget *parent = nullptr);

    /// `isKnown`: its client is registered, so that it can have rules.
    void setCall(const store::CallRecord &call, bool isKnown);
    /// A rule was made from it.
    void tellRule(const QString &words);

signals:
    /// The same tool with the same arguments, by the person who is signed in.
    void runRequested(const QString &tool, const QByteArray &arguments, const QString &account);
    /// `client` empty = all.
    void ruleRequested(const flaredeck::ClientId &client, const QString &subject,
                       flaredeck::Policy policy);

private:
    void showActions();
    void fillRules();
    void showUpstream(const QList<store::UpstreamRequest> &requests);

    QLabel *m_error;
    QLabel *m_action; ///< what to do about the error
    JsonView *m_arguments;
    QLabel *m_resultTitle;
    JsonView *m_result;
    QWidget *m_upstream;
    QLabel *m_decision;
    QPushButton *m_again;
    QPushButton *m_rule;
    QMenu *m_rules;
    QLabel *m_made;
    CopyButton *m_copy;
    store::CallRecord m_call; ///< as it is shown
    bool m_isKnown = false;
};

/// The call as one JSON document, as copied.
[[nodiscard]] QByteArray callAsJson(const store::CallRecord &call);

} // namespace flaredeck::ui
