#pragma once

#include "core/store/audit/audit.h"
#include "ui/widgets/masterdetail.h"

class QLabel;

namespace flaredeck::ui {

class CopyButton;
class FactList;

/// One row of the audit trail in full.
class AuditDetail : public DetailPane
{
    Q_OBJECT

public:
    explicit AuditDetail(QWidget *parent = nullptr);
    void setRow(const store::AuditRow &row);

private:
    QLabel *m_outcome;
    FactList *m_facts;
    CopyButton *m_copy;
};

} // namespace flaredeck::ui
