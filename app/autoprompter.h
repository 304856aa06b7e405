#pragma once

#include "core/prompt/prompter.h"

namespace flaredeck::app {

/// Agrees to what clients ask for, for --sandbox --auto-approve alone: what was ticked at first is
/// granted, and the client's own tab is sent through the sandbox's sign-in. A grant is not widened
/// behind its client's back: it has to come and ask.
class AutoPrompter : public Prompter
{
public:
    void ask(const prompt::AnyQuestion &question) override;
    void withdraw(const QString &, const QString &) override {}
    void warn(const QString &title, const QString &text) override;
};

} // namespace flaredeck::app
