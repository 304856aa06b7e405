#pragma once

#include "core/base/result.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

/// Adds a remote MCP server by its address. The server is asked first, so that what is wrong is
/// said here.
class AddServerDialog : public QDialog
{
    Q_OBJECT

public:
    explicit AddServerDialog(service::CommandQueue &commands, QWidget *parent = nullptr);

signals:
    void added(const QString &name);

private:
    void check();
    void add();
    void finish(const Result<QString> &name);

    service::CommandQueue &m_commands;
    QLineEdit *m_address;
    QLineEdit *m_title;
    QCheckBox *m_private;
    QLabel *m_problem;
    QPushButton *m_add;
    bool m_isAsking = false;
};

} // namespace flaredeck::ui
