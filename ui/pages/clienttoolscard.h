#pragma once

#include "core/service/clienttools.h"
#include "ui/widgets/card.h"

class QLabel;
class QPushButton;

namespace flaredeck::ui {

class Meter;
class PillLabel;

/// How long the list of one client is, against what its program takes, and one way to shorten it.
class ClientToolsCard : public Card
{
    Q_OBJECT

public:
    explicit ClientToolsCard(QWidget *parent = nullptr);

    void setClient(const service::ClientView &view, const service::ClientTools &tools);

signals:
    void toolsetSwitched(const QString &toolset, bool isOn);

private:
    QLabel *m_figures;
    QLabel *m_note;
    Meter *m_meter;
    PillLabel *m_state;
    QPushButton *m_remedy;
    QString m_toolset; ///< that the remedy switches off
};

/// The toolset whose loss brings the list down to `most`: a deprecated one, or else that with the
/// fewest tools. Where none alone does, the longest.
[[nodiscard]] QString toolsetToDrop(const service::ClientTools &list, int most);

} // namespace flaredeck::ui
