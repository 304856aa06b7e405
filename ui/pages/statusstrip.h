#pragma once

#include "core/service/snapshot.h"
#include "ui/widgets/card.h"

#include <QList>

#include <optional>

class QBoxLayout;

namespace flaredeck::ui {

class CopyButton;
class StatusDot;

/// The three lamps (reachable, signed in, last call worked), each with its age or reason, and the
/// server's addresses.
class StatusStrip : public Card
{
    Q_OBJECT

public:
    explicit StatusStrip(QWidget *parent = nullptr);

    void set(const service::Snapshot &snapshot, const std::optional<store::CallRecord> &lastCall);
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Lamp {
        StatusDot *dot;
        QLabel *name;
        QLabel *note;
    };
    struct Address {
        QLabel *url;
        CopyButton *copy;
    };

    QWidget *makeLamp(Lamp &lamp);

    QBoxLayout *m_parts;
    Lamp m_reachable{};
    Lamp m_signedIn{};
    Lamp m_lastCall{};
    Address m_mcp{};
    Address m_sse{};
};

} // namespace flaredeck::ui
