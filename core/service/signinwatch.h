#pragma once

#include "core/prompt/prompter.h"

#include <QObject>

namespace flaredeck::service {

/// Passes every question on to the person's prompter, and knows which sign-in is
/// running.
class SignInWatch : public QObject, public Prompter
{
    Q_OBJECT

public:
    explicit SignInWatch(Prompter &prompter, QObject *parent = nullptr);

    void ask(const prompt::AnyQuestion &question) override;
    void withdraw(const QString &id, const QString &problem) override;
    void warn(const QString &title, const QString &text) override;

    /// Its id; empty when none is running.
    [[nodiscard]] QString running() const { return m_running; }

signals:
    void changed();

private:
    Prompter &m_prompter;
    QString m_running;
};

} // namespace flaredeck::service
