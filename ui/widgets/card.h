#pragma once

#include <QFrame>

class QLabel;

namespace flaredeck::ui {

/// A rounded surface with a hairline border.
class Card : public QFrame
{
    Q_OBJECT

public:
    explicit Card(QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// A one pixel line between rows.
class Hairline : public QWidget
{
    Q_OBJECT

public:
    explicit Hairline(QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// Labels in our sizes. `secondary` follows the theme.
namespace labels {
[[nodiscard]] QLabel *body(const QString &text = {}, QWidget *parent = nullptr);
[[nodiscard]] QLabel *strong(const QString &text = {}, QWidget *parent = nullptr);
[[nodiscard]] QLabel *heading(const QString &text = {}, QWidget *parent = nullptr);
[[nodiscard]] QLabel *title(const QString &text = {}, QWidget *parent = nullptr);
[[nodiscard]] QLabel *small(const QString &text = {}, QWidget *parent = nullptr); ///< secondary
[[nodiscard]] QLabel *secondary(const QString &text = {}, QWidget *parent = nullptr);
[[nodiscard]] QLabel *mono(const QString &text = {}, QWidget *parent = nullptr); ///< selectable
} // namespace labels

} // namespace flaredeck::ui
