#pragma once

#include "core/service/snapshot.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace flaredeck::ui {

class CopyButton;
class PillLabel;

/// The Overview while no client is registered: sign in, connect a client, see the first call.
class Onboarding : public QWidget
{
    Q_OBJECT

public:
    explicit Onboarding(QWidget *parent = nullptr);
    void setSnapshot(const service::Snapshot &snapshot);

signals:
    void signInRequested();
    void connectRequested();

private:
    PillLabel *m_signedIn;
    QLabel *m_signInText;
    QPushButton *m_signIn;
    QLabel *m_address;
    CopyButton *m_copy;
};

} // namespace flaredeck::ui
