#pragma once

#include "core/prompt/prompter.h"

#include <QWidget>

class QGridLayout;

namespace flaredeck::ui {

/// Who asks, and how we know: what the operating system says about the program, and apart from that
/// what the client says about itself.
class ConsentFacts : public QWidget
{
    Q_OBJECT

public:
    explicit ConsentFacts(const ConsentRequest &request, QWidget *parent = nullptr);

    /// A row below the others.
    void add(const QString &name, QWidget *value);

    /// The client's own words, or what to call one that gave no name.
    [[nodiscard]] static QString displayName(const ConsentRequest &request);

private:
    void addAsker(const ConsentRequest &request);
    void addName(const ConsentRequest &request);
    void addTarget(const ConsentRequest &request);
    void addProgram(const ConsentRequest &request);
    void addPublisher(const ConsentRequest &request);
    void addHistory(const ConsentRequest &request);

    QGridLayout *m_grid;
};

} // namespace flaredeck::ui
