#pragma once

#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"

#include <QList>

namespace flaredeck::ui {

/// One figure with its name above and a note below, in one or several parts side by side.
class FigureCard : public Card
{
    Q_OBJECT

public:
    struct Part {
        QString value;
        QString unit = {};
        Tone tone = Tone::Neutral;
    };

    explicit FigureCard(QString name, QWidget *parent = nullptr);
    void set(const QList<Part> &parts, const QString &note);
    [[nodiscard]] QSize sizeHint() const override { return {200, 98}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_name;
    QList<Part> m_parts;
    QString m_note;
};

} // namespace flaredeck::ui
