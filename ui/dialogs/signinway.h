#pragma once

#include "core/service/snapshot.h"
#include "ui/widgets/card.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace flaredeck::ui {

/// One way to sign in, as a card: what it is, what it can and cannot do, and how it is done. The
/// dialog calls the virtual functions whenever something changes.
class SignInWay : public Card
{
    Q_OBJECT

public:
    SignInWay(const QString &title, const QString &can, const QString &cannot,
              QWidget *parent = nullptr);

    virtual void setSnapshot(const service::Snapshot &) {}
    /// What clients may ever do.
    virtual void setScopes(const ScopeSet &) {}
    /// A text on the clipboard: the way may offer it by a button, and takes it only when that is
    /// pressed.
    virtual void offer(const QString &) {}

    /// Shows what came of it; an empty text hides it.
    void say(const QString &text, bool problem);

signals:
    /// The person is signed in, and the text says how.
    void signedIn(const QString &text);

protected:
    /// Below the words; what came of it stays at the end.
    [[nodiscard]] QVBoxLayout *body() const { return m_body; }
    void addRow(const QList<QWidget *> &widgets, QWidget *stretched = nullptr);

private:
    QVBoxLayout *m_body;
    QLabel *m_answer;
};

} // namespace flaredeck::ui
