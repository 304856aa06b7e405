#pragma once

#include "core/service/snapshot.h"
#include "ui/widgets/card.h"

class QLabel;
class QVBoxLayout;

namespace flaredeck::ui {

/// One group of settings: a title, then rows with text at the left and controls at the right.
class SettingSection : public Card
{
    Q_OBJECT

public:
    explicit SettingSection(const QString &title, QWidget *parent = nullptr);

    virtual void setSnapshot(const service::Snapshot &) {}

protected:
    struct Row {
        QWidget *widget;
        QLabel *name;
        QLabel *note;
    };
    /// Adds a row; hairlines separate rows.
    Row addRow(const QString &name, const QString &note, const QList<QWidget *> &controls);
    void addWidget(QWidget *widget);

    /// Shows the result of the last command; an empty text hides it.
    void say(const QString &text, bool problem);

private:
    QVBoxLayout *m_column;
    QLabel *m_answer;
};

} // namespace flaredeck::ui
