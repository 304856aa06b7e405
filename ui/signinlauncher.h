#pragma once

#include "core/prompt/prompter.h"

#include <QObject>

namespace flaredeck::ui {

/// Shows the provider's sign-in page to the person: in the sign-in program, the browser, or the
/// waiting tab. Implemented by app/. GUI thread.
class SignInLauncher : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual SignInShown show(const SignInRequest &request) = 0;
    /// The sign-in is over; empty error = success.
    virtual void end(const QString &id, const QString &error) = 0;

signals:
    /// The person closed the page or pressed Cancel.
    void cancelled(const QString &id);
};

} // namespace flaredeck::ui
