#pragma once

#include "core/base/waiting.h"

#include <QPromise>

#include <memory>

namespace flaredeck::prompt {

/// What a person is asked, as it is handed to whoever shows it. Copies are the same question; when
/// the last one is dropped unanswered, those who wait learn that nobody answers.
template <typename Request, typename Answer = typename Request::Answer>
class Question
{
public:
    explicit Question(Request request)
        : m_asked(std::make_shared<Asked>(std::move(request)))
    {
    }

    [[nodiscard]] const Request &request() const { return m_asked->request; }
    /// From any thread. The first answer counts.
    void answer(Answer answer) const
    {
        m_asked->promise.addResult(std::move(answer));
        m_asked->promise.finish();
    }
    [[nodiscard]] QFuture<Answer> answers() const { return m_asked->promise.future(); }

private:
    struct Asked {
        explicit Asked(Request asked)
            : request(std::move(asked))
        {
            promise.start();
        }
        const Request request;
        QPromise<Answer> promise;
    };
    std::shared_ptr<Asked> m_asked;
};

} // namespace flaredeck::prompt
