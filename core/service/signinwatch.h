#pragma once

#include "core/prompt/prompter.h"

#include <QObject>

#include <functional>

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
    [[nodiscard]] QString running() const { return m_running.id; }
    /// Its page.
    [[nodiscard]] const SignInRequest &page() const { return m_running; }

    /// Until that is called with nothing, whoever asks for a sign-in shows its page, and the
    /// prompter does not hear of it.
    void takePages(std::function<void(const SignInRequest &)> show) { m_show = std::move(show); }

signals:
    void changed();

private:
    Prompter &m_prompter;
    SignInRequest m_running; ///< its id is empty when there is none
    bool m_isTaken = false;  ///< the prompter does not show it
    std::function<void(const SignInRequest &)> m_show;
};

} // namespace flaredeck::service
