#pragma once

#include <QFrame>

class QLabel;
class QProgressBar;
class QUrl;

namespace flaredeck::login {

/// Shows, read-only, which site the page really comes from and whether the connection is encrypted.
class OriginBar : public QFrame
{
    Q_OBJECT

public:
    explicit OriginBar(QWidget *parent = nullptr);

    void setUrl(const QUrl &url);
    /// 0…100; 100 hides the progress line.
    void setProgress(int percent);

protected:
    void changeEvent(QEvent *event) override;

private:
    enum class State { Empty, Encrypted, LocalOnly, Unencrypted };
    void show(State state, const QString &origin);

    QLabel *m_icon;
    QLabel *m_origin;
    QLabel *m_stateText;
    QProgressBar *m_progress;
    State m_state = State::Empty;
};

} // namespace flaredeck::login
