#pragma once

#include "core/store/values.h"
#include "ui/widgets/masterdetail.h"

class QLabel;

namespace flaredeck::ui {

class CopyButton;
class JsonView;

/// One call in full: arguments, result, requests to the provider, and the error.
class CallDetail : public DetailPane
{
    Q_OBJECT

public:
    explicit CallDetail(QWidget *parent = nullptr);

    void setCall(const store::CallRecord &call);

private:
    void showUpstream(const QList<store::UpstreamRequest> &requests);

    QLabel *m_error;
    QLabel *m_action; ///< what to do about the error
    JsonView *m_arguments;
    QLabel *m_resultTitle;
    JsonView *m_result;
    QWidget *m_upstream;
    CopyButton *m_copy;
    qint64 m_shown = 0;
};

/// The call as one JSON document, as copied.
[[nodiscard]] QByteArray callAsJson(const store::CallRecord &call);

} // namespace flaredeck::ui
