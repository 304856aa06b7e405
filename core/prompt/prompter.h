#pragma once

#include "core/base/clock.h"
#include "core/base/identity.h"
#include "core/base/policy.h"
#include "core/prompt/question.h"

#include <QMetaType>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <utility>
#include <variant>

namespace flaredeck {

struct ConsentAnswer;
struct CallApprovalAnswer;
struct SignInShown;

/// A client asks for access: everything that a person needs to decide.
struct ConsentRequest {
    using Answer = ConsentAnswer;

    QString id; ///< for withdraw()
    ClientId client;
    QString clientName;              ///< its own words, unchecked, unless `addedByPerson`
    bool addedByPerson = false;      ///< a person of this computer added the client and named it
    bool isFileName = false;         ///< the name is that of the program's file
    bool programRunsScripts = false; ///< an interpreter: another script of it looks the same
    bool answersAsker = false;       ///< the answer passes through its hands
    bool leavesComputer = false;     ///< the answer goes to a web site
    QString publishedAt;      ///< web site that publishes the client's metadata; empty = none does
    QString checkPhrase;      ///< two words, also shown in the browser tab
    qint64 programPid = 0;    ///< of the program that listens for the answer; 0 = none known
    QString program;          ///< its executable path; may be empty although the pid is known
    QString programArguments; ///< its command line, redacted
    QString programParent;    ///< name of the program that started it; empty = unknown
    QString otherListener;    ///< another program on the same port; empty when there is none
    QString registeredBy;     ///< executable path of the program that registered; empty = unknown
    enum class Asker {
        Unknown,
        Browser, ///< a web browser that was installed for all users
        Client,  ///< the program that listens for the answer, or one that it started
        Program, ///< any other
    };
    Asker askerKind = Asker::Unknown; ///< who sent the request; it need not be the client
    QString asker;                    ///< its executable path; empty = unknown
    qint64 askerPid = 0;
    QString askerParent;     ///< name of the program that started it; empty = unknown
    QString redirectTarget;  ///< in words: "this computer, port 3334, /oauth/callback"
    QString redirectAddress; ///< as it is; empty when the words say all of it
    Millis firstSeen = 0;
    Millis lastUsed = 0;      ///< 0 = never
    int earlierApprovals = 0; ///< grants of the same client that are still on record
    ScopeSet requested;       ///< what it asked for, with the baseline
    ScopeSet offered;         ///< what may be granted, a superset
    ScopeSet preselected;     ///< what is suggested, also where it was not asked for
    ScopeSet alreadyGranted;  ///< by live grants of the same client
    /// Scopes that the sign-in lacks: whoever grants one is led to a new sign-in.
    ScopeSet lacking;
    QString loginLabel;         ///< e-mail of the sign-in; empty = sign-in comes next
    QList<AccountRef> accounts; ///< to choose from; empty when not signed in
    bool sandbox = false;
    bool canRemember = false; ///< whoever gets the answer can be told again next time
    Millis expiresAt = 0;     ///< the request is dropped then

    /// The program that listens is not the one that registered.
    [[nodiscard]] bool hasChangedProgram() const
    {
        return !program.isEmpty() && !registeredBy.isEmpty() && program != registeredBy;
    }
};

struct ConsentAnswer {
    bool allowed = false;
    QString reason;      ///< when not allowed, why, for the client and the browser tab
    bool blocks = false; ///< when not allowed: nor is it to ask again
    ScopeSet scopes;
    QStringList accountIds;     ///< empty = every account of the sign-in
    qint64 lifetimeSeconds = 0; ///< 0 = until revoked
    bool remembers = false;     ///< the same need not be asked again, where that can be told
};

/// A client called a tool, and the call waits for a person: its grant does not open the tool, or a
/// rule wants a person to be asked, or both.
struct CallApprovalRequest {
    using Answer = CallApprovalAnswer;

    QString id; ///< for withdraw()
    ClientId client;
    QString clientName;    ///< its own words, unchecked
    qint64 programPid = 0; ///< of the program at the other end of the connection; 0 = unknown
    QString program;       ///< its executable path; may be empty although the pid is known
    QString programParent; ///< name of the program that started it; empty = unknown
    QString tool;          ///< its name
    QString toolTitle;     ///< for people
    QString arguments;     ///< one a line, short, without secrets; empty = none
    QString allArguments;  ///< JSON, indented, without secrets
    QString account;       ///< that the call is about; empty = none
    QString loginLabel;    ///< e-mail of the sign-in
    ScopeSet missing;      ///< what the call needs and the grant lacks; empty = a rule asks
    Effect effect = Effect::Reads;
    QString change; ///< what it changes, a sentence with the client's words in it; empty = unknown
    QList<std::pair<QString, QString>> before; ///< how things are now: caption, value
    bool canLast = false; ///< may be allowed for a session or for good, without being asked again
    bool sandbox = false;
    Millis expiresAt = 0; ///< then the question is dropped
};

enum class CallApprovalChoice {
    Deny,
    Once,       ///< this call only
    Session,    ///< also what the client calls this tool for in this session
    Always,     ///< a rule: this client is never asked about this tool again
    Grant,      ///< the grant holds the missing scopes from now on
    Unavailable ///< nobody is there to decide
};

struct CallApprovalAnswer {
    CallApprovalChoice choice = CallApprovalChoice::Deny;
};

/// A sign-in page has to be shown to the person.
struct SignInRequest {
    using Answer = SignInShown;

    QString id;    ///< for withdraw()
    QUrl url;      ///< the authorization page
    QUrl callback; ///< where it ends: our /oauth/callback
    bool sandbox = false;
    QString server = {}; ///< the remote server that it is for; empty = the provider
    /// A browser tab that waits for this sign-in and can go to `url` by itself.
    bool tabWaiting = false;
};

enum class SignInSurface {
    Shown,      ///< a window or browser was opened
    UseTab,     ///< the waiting tab shall navigate to the page itself
    Unavailable ///< there is no way to show it here
};

struct SignInShown {
    SignInSurface surface = SignInSurface::Unavailable;
    QString reason; ///< why Unavailable
};

namespace prompt {

using Consent = Question<ConsentRequest>;
using CallApproval = Question<CallApprovalRequest>;
using SignIn = Question<SignInRequest>;
using AnyQuestion = std::variant<Consent, CallApproval, SignIn>;

} // namespace prompt

/// Where the core reaches a person. Called on the core thread; questions may be answered on any.
/// Implemented by the window, the terminal, or tests.
class Prompter
{
public:
    virtual ~Prompter() = default;

    virtual void ask(const prompt::AnyQuestion &question) = 0;
    /// What was asked is void: its client left, its grant or sign-in ended, or it took too long.
    /// `problem`: what went wrong, for a person who watches; empty when nothing did.
    virtual void withdraw(const QString &id, const QString &problem = {}) = 0;
    /// Something that a person should know and has nothing to answer to: what happened, and what to
    /// do now. Returns at once.
    virtual void warn(const QString &title, const QString &text) = 0;
};

namespace prompt {

/// Puts a question to the person. All who wait share the future; it ends without a result when the
/// prompter is gone.
template <typename Request>
[[nodiscard]] QFuture<typename Request::Answer> put(Prompter &prompter, const Request &request)
{
    const Question<Request> question(request);
    prompter.ask(question);
    return question.answers();
}

/// Puts a question and waits for the answer; nothing when there is none in time or stop is
/// requested. What nobody waits for any more is withdrawn.
template <typename Request>
[[nodiscard]] Task<std::optional<typename Request::Answer>>
ask(Prompter &prompter, Request request, std::chrono::milliseconds patience, std::stop_token stop)
{
    const auto answers = put(prompter, request);
    const auto answer = co_await waitFor(answers, patience, std::move(stop));
    if (!answers.isFinished())
        prompter.withdraw(request.id);
    co_return answer;
}

} // namespace prompt
} // namespace flaredeck
