#pragma once

#include "core/base/policy.h"

#include <QComboBox>
#include <QList>

#include <optional>

namespace flaredeck::ui {

/// Chooses what happens to calls: as usual, or by a rule.
class PolicyBox : public QComboBox
{
    Q_OBJECT

public:
    /// `name` is for screen readers: "Calls that read".
    explicit PolicyBox(const QString &name, QWidget *parent = nullptr);

    /// Shows the word alone while the list is closed.
    void setBrief();
    /// `rule` is what is set, `usual` what holds without; `usualText` has %1 for its word.
    void setState(std::optional<Policy> rule, Policy usual, const QString &usualText,
                  const QList<Policy> &choices);

protected:
    void paintEvent(QPaintEvent *event) override;

signals:
    /// By the person. Empty = as usual.
    void chosen(std::optional<flaredeck::Policy> policy);

private:
    bool m_isBrief = false;
    QString m_word; ///< of what holds
};

} // namespace flaredeck::ui
