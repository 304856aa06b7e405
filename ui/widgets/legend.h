#pragma once

#include "ui/theme/tokens.h"

#include <QList>
#include <QWidget>

namespace flaredeck::ui {

/// What the colours of a chart mean.
class Legend : public QWidget
{
    Q_OBJECT

public:
    struct Entry {
        QString text;
        Tone tone;
    };

    explicit Legend(QList<Entry> entries, QWidget *parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QList<Entry> m_entries;
};

} // namespace flaredeck::ui
